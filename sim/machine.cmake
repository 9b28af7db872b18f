# SPDX-License-Identifier: Apache-2.0
# The machine half of the simulator: descriptions, placeholder processes, launcher.
# Only its header is used: the compiled library is built with other options.
find_package(tomlplusplus REQUIRED)
target_sources(gander_sim PRIVATE
  machine/toml.cpp machine/units.cpp machine/table_reader.cpp machine/curve.cpp machine/gpu.cpp
  machine/gpu_health.cpp machine/gpu_wiring.cpp machine/fault.cpp
  machine/gpu_fault.cpp machine/mig_layout.cpp machine/pci.cpp machine/driver_upgrade.cpp
  machine/process.cpp machine/description.cpp
  actor_spec.cpp cast.cpp command.cpp files.cpp hold.cpp host_memory.cpp kernel_tree.cpp launcher.cpp
  library_folder.cpp pid_spaces.cpp nvml_client.cpp run_folder.cpp set.cpp
  record/session.cpp record/gpu.cpp record/health.cpp record/mig.cpp record/process.cpp
  record/behaviour.cpp record/toml_writer.cpp)

add_executable(gander-sim-actor actor.cpp actor_spec.cpp)
target_include_directories(gander-sim-actor PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(gander-sim-actor PRIVATE Threads::Threads gander_warnings)
if(NOT GANDER_SANITIZE)
  # Hundreds of them run at once: nothing but the C library is loaded.
  target_link_options(gander-sim-actor PRIVATE -static-libstdc++ -static-libgcc)
endif()
set_target_properties(gander-sim-actor PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/gander/sim)

# What other tools call in place of the driver's own program; found through PATH on a machine.
add_executable(gander-sim-smi smi/main.cpp smi/query.cpp smi/table.cpp)
target_link_libraries(gander-sim-smi PRIVATE gander_sim gander_os gander_warnings)
set_target_properties(gander-sim-smi PROPERTIES
  OUTPUT_NAME nvidia-smi
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/gander/sim/bin)
install(TARGETS gander-sim-smi DESTINATION ${CMAKE_INSTALL_LIBDIR}/gander/sim/bin)

# A build tree has the folders of an installed prefix: find_simulator_files knows only those.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share/gander)
file(CREATE_LINK ${CMAKE_CURRENT_LIST_DIR}/machines ${PROJECT_BINARY_DIR}/share/gander/machine
  SYMBOLIC)
install(TARGETS gander-sim-actor DESTINATION ${CMAKE_INSTALL_LIBDIR}/gander/sim)
install(DIRECTORY machines/ DESTINATION share/gander/machine FILES_MATCHING PATTERN "*.toml")

if(GANDER_TESTS)
  gander_test(sim_machine
    SOURCES machine/description_test.cpp machine_test.cpp set_fault_test.cpp kernel_tree_test.cpp
    record/toml_writer_test.cpp
    host_memory_test.cpp pid_spaces_test.cpp
    LIBRARIES gander_sim)
  add_dependencies(gander_sim_machine_test gander-sim-actor gander_sim_nvml)
endif()
