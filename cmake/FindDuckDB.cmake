# DuckDB::DuckDB: the shared library, its C header and its C++ headers. DuckDB_ROOT and the system come first, then
# what script/fetch-duckdb left in .deps/duckdb. The version is checked again when a program starts.
set(_duckdb_fetched ${CMAKE_SOURCE_DIR}/.deps/duckdb)
find_path(DuckDB_INCLUDE_DIR duckdb.h HINTS ${DuckDB_ROOT} ENV DuckDB_ROOT
          PATH_SUFFIXES include PATHS ${_duckdb_fetched}/include)
find_library(DuckDB_LIBRARY duckdb HINTS ${DuckDB_ROOT} ENV DuckDB_ROOT
             PATH_SUFFIXES lib PATHS ${_duckdb_fetched}/lib)

# The C++ headers stand beside it: encryption has no C interface (server/duckdb/openssl_encryption.cc).
find_file(DuckDB_CXX_HEADER duckdb/main/capi/capi_internal.hpp PATHS ${DuckDB_INCLUDE_DIR} NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR DuckDB_CXX_HEADER
  REASON_FAILURE_MESSAGE "run script/fetch-duckdb once, or point DuckDB_ROOT at an install of DuckDB 1.4.4")

if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  # The library's SONAME has no version: it stands beside ours, where $ORIGIN/../lib finds it.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
  file(CREATE_LINK ${DuckDB_LIBRARY} ${CMAKE_BINARY_DIR}/lib/libduckdb.so SYMBOLIC)
  add_library(DuckDB::DuckDB SHARED IMPORTED GLOBAL)
  set_target_properties(DuckDB::DuckDB PROPERTIES
    IMPORTED_LOCATION ${DuckDB_LIBRARY}
    IMPORTED_SONAME libduckdb.so
    INTERFACE_INCLUDE_DIRECTORIES ${DuckDB_INCLUDE_DIR})
endif()
mark_as_advanced(DuckDB_INCLUDE_DIR DuckDB_LIBRARY DuckDB_CXX_HEADER)
