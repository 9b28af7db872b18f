// SPDX-License-Identifier: Apache-2.0
// Finds, starts and closes the driver library.
#include "driver/nvml/library.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "driver/nvml/kernel_facts.hpp"

namespace gander::driver::nvml {
namespace {

constexpr std::array loader_names{"libnvidia-ml.so.1", "libnvidia-ml.so"};

// Where the library lies on systems whose loader does not search there: WSL2, NixOS, the GPU
// operator's driver container, GKE.
constexpr std::array fixed_places{
    "/usr/lib/wsl/lib/libnvidia-ml.so.1",
    "/run/opengl-driver/lib/libnvidia-ml.so.1",
    "/run/nvidia/driver/usr/lib64/libnvidia-ml.so.1",
    "/run/nvidia/driver/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
    "/run/nvidia/driver/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1",
    "/usr/local/nvidia/lib64/libnvidia-ml.so.1",
    "/home/kubernetes/bin/nvidia/lib64/libnvidia-ml.so.1",
};

Result<os::SharedLibrary> load_by_search(const os::Root& root) {
  std::string first_words;
  for (const char* name : loader_names) {
    auto library = os::SharedLibrary::open(name);
    if (library) return library;
    if (first_words.empty()) first_words = library.error().message;
  }
  for (const char* place : fixed_places) {
    if (!root.exists(place)) continue;
    auto library = os::SharedLibrary::open(root.path(place));
    if (library) return library;
  }
  return fail(Fault::no_library,
              fmt::format("no NVIDIA driver library found ({}); install the NVIDIA driver, or in a "
                          "container start it with GPU access (--gpus all)",
                          first_words));
}

Result<os::SharedLibrary> load(const Options& options, const os::Root& root) {
  if (options.library.empty()) return load_by_search(root);
  return os::SharedLibrary::open(options.library);
}

// A library that rejects a form of the start gets the next older one.
bool should_step_down(Code code) {
  return classify(code) == CodeClass::structural || code == code::invalid_argument;
}

std::string describe_start_failure(Code code, Library& library, const os::Root& root) {
  std::string words = fmt::format("cannot start the NVIDIA driver library {}: {}", library.path(),
                                  explain_with_versions(code, library.read_version(), root));
  if (code == code::version_mismatch) return words;
  const auto kernel = read_kernel_version(root);
  if (kernel.is_known()) words += fmt::format(" [kernel module {}]", kernel.value());
  return words;
}

}  // namespace

std::string explain_with_versions(Code code, const Known<std::string>& library,
                                  const os::Root& root) {
  if (code != code::version_mismatch) return explain(code);
  const auto kernel = read_kernel_version(root);
  if (library.is_known() && library == kernel) {
    return fmt::format(
        "{} ({}): library and loaded kernel module do not fit together, though both say they are "
        "of version {}; reload the kernel module or reboot",
        name_of_code(code), code, library.value());
  }
  return fmt::format(
      "{} ({}): the library is of version {}, the loaded kernel module of version {} (the driver "
      "was updated); reload the kernel module or reboot",
      name_of_code(code), code, library.value_or("unknown"), kernel.value_or("unknown"));
}

Result<std::shared_ptr<Library>> Library::open(const Options& options, const os::Root& root,
                                               std::shared_ptr<CallCounters> counters) {
  auto loaded = load(options, root);
  if (!loaded) return tl::make_unexpected(loaded.error());
  auto library = std::make_shared<Library>(std::move(*loaded), std::move(counters));
  const Symbols& symbols = library->symbols();
  if (symbols.init_with_flags == nullptr && symbols.init_v2 == nullptr &&
      symbols.init_v1 == nullptr) {
    return fail(Fault::no_library,
                fmt::format("{} is not an NVIDIA management library: it has no nvmlInit; set the "
                            "path of libnvidia-ml.so.1",
                            library->path()));
  }
  const Code code = library->start();
  if (code == code::success) return library;
  return fail(fault_of(code), describe_start_failure(code, *library, root));
}

Library::Library(os::SharedLibrary library, std::shared_ptr<CallCounters> counters)
    : library_(std::move(library)),
      symbols_(resolve_symbols(library_)),
      finder_(symbols_),
      counters_(std::move(counters)) {}

Library::~Library() { close(); }

Known<std::string> Library::read_version() {
  std::array<char, 128> buffer{};
  const Code code = call(symbols_.library_version, buffer.data(), 80U);
  if (code != code::success) return missing_of(code);
  buffer.back() = '\0';
  // The CUDA version it was made for comes before the driver's: 13.580.95.05.
  const std::string text{buffer.data()};
  const auto point = text.find('.');
  if (point > 2 || text.find('.', point + 1) == std::string::npos) return Missing::no_data;
  return text.substr(point + 1);
}

Code Library::start() {
  Code code = call(symbols_.init_with_flags, 0U);
  if (should_step_down(code)) code = call(symbols_.init_v2);
  if (should_step_down(code)) code = call(symbols_.init_v1);
  return code;
}

void Library::count(std::uintptr_t function, Code answer, std::chrono::nanoseconds took) {
  const CodeClass what = classify(answer);
  const bool is_error = what != CodeClass::success && what != CodeClass::structural &&
                        what != CodeClass::no_data && answer != code::insufficient_size;
  counters_->note(finder_.find(function), is_error, took);
}

Code Library::count_devices(std::uint32_t& count) {
  Code code = call(symbols_.count_v2, &count);
  if (classify(code) == CodeClass::structural) code = call(symbols_.count_v1, &count);
  return code;
}

bool Library::confirm_down(Code code) {
  if (down_code_.load() != code::success) return true;
  std::uint32_t ignored = 0;
  if (classify(count_devices(ignored)) != CodeClass::driver_down) return false;
  Code expected = code::success;
  down_code_.compare_exchange_strong(expected, code);
  return true;
}

bool Library::wait_until_idle() const {
  using namespace std::chrono_literals;
  for (int tries = 0; tries < 250; ++tries) {
    if (in_flight_.load() == 0) return true;
    std::this_thread::sleep_for(1ms);
  }
  return in_flight_.load() == 0;
}

void Library::close() {
  if (closed_.exchange(true)) return;
  // nvmlShutdown behind a call that hangs would hang as well, and unloading would pull the code
  // away under that thread.
  if (!wait_until_idle()) {
    library_.abandon();
    return;
  }
  if (symbols_.shutdown != nullptr) symbols_.shutdown();
  const os::SharedLibrary unloaded = std::move(library_);
}

}  // namespace gander::driver::nvml
