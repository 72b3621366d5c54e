# Flags that hold everywhere, and the two functions that every folder uses.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# Assertions stay on in release builds: -DNDEBUG is never set.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
add_compile_options(-Wall -Wextra -Werror -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)  # false alarms on assignments of short strings: GCC bug 105651
endif()
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
add_link_options(-Wl,-z,relro,-z,now)

set(KLUIS_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(KLUIS_SANITIZE)
  add_compile_options(-fsanitize=${KLUIS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KLUIS_SANITIZE})
elseif(BUILD_SHARED_LIBS)
  # A call against the direction of the layers does not link.
  add_link_options(-Wl,--no-undefined)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib")

# Headers are much of what the compiler reads, so the files of a folder are compiled some at a time: a fresh build is
# quicker. The clang preset compiles each for itself, which shows an include that a file forgot.
option(KLUIS_UNITY "Compile several files of a folder in one run of the compiler" ON)

function(kluis_compile_together name)  # [FILE...]: these alone, as local names in them are another file's too
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${KLUIS_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  if(ARGN)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# kluis_library(NAME SOURCES a.cc ... [ALONE b.cc ...] [DEPS lib ...] [PRIVATE_DEPS lib ...])
function(kluis_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;ALONE;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(${name} ${ARG_SOURCES} ${ARG_ALONE})
  kluis_compile_together(${name} ${ARG_ALONE})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
endfunction()

# kluis_test(NAME SOURCES a_test.cc ... [ALONE b_test.cc ...] [DEPS lib ...] [LABELS label ...]): one GoogleTest program.
function(kluis_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;ALONE;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${ARG_ALONE})
  kluis_compile_together(${name} ${ARG_ALONE})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE KLUIS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}")
endfunction()
