# SPDX-License-Identifier: Apache-2.0
# Which Python runs the tests written in it: Debian's own, and, for those that ask the peers, the
# environment that tools/setup makes. Without the latter they run with the former, and skip visibly.
find_program(GANDER_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT GANDER_PYTHON)
  find_program(GANDER_PYTHON NAMES python3 REQUIRED)
endif()
set(GANDER_PEER_PYTHON ${PROJECT_SOURCE_DIR}/build/venv/bin/python
  CACHE FILEPATH "Interpreter with nvitop, gpustat and nvidia-ml-py")
if(NOT EXISTS ${GANDER_PEER_PYTHON})
  set(GANDER_PEER_PYTHON ${GANDER_PYTHON})
endif()
