# kluis_commit(VARIABLE): the commit that is configured, "+changes" where files differ from it, "unknown" outside
# git. A commit or a checkout configures anew; edits after it do not, so a release is built from a clean checkout.
function(kluis_commit variable)
  set(commit "unknown")
  find_program(GIT git)
  if(GIT)
    execute_process(COMMAND ${GIT} -C ${CMAKE_SOURCE_DIR} rev-parse --short=12 HEAD
      OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    execute_process(COMMAND ${GIT} -C ${CMAKE_SOURCE_DIR} rev-parse --git-path logs/HEAD
      OUTPUT_VARIABLE history OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND ${GIT} -C ${CMAKE_SOURCE_DIR} status --porcelain --untracked-files=no
      OUTPUT_VARIABLE changes ERROR_QUIET)
    if(NOT failed)
      set(commit ${head})
      if(changes)
        string(APPEND commit "+changes")
      endif()
      get_filename_component(history ${history} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
      if(EXISTS ${history})
        set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${history})
      endif()
    endif()
  endif()
  set(${variable} ${commit} PARENT_SCOPE)
endfunction()
