// SPDX-License-Identifier: Apache-2.0
// A driver package installed over a running one: first only its library is new, later the kernel
// module is loaded anew. It must not touch files.
#include <cstdio>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

void install(TableReader& reader, const std::string& version, Upgrade& upgrade) {
  unsigned major = 0;
  unsigned minor = 0;
  if (std::sscanf(version.c_str(), "%4u.%4u", &major, &minor) != 2 || major < 450 || major > 999 ||
      version.size() >= upgrade.version.size() / 2) {
    return reader.report("upgrade", "write a version like \"610.10.01\", of branch 450 or later");
  }
  upgrade.branch_major = major;
  upgrade.branch_minor = minor;
  set_text(upgrade.version, version.c_str());
  ++upgrade.library;
}

/// Whoever was initialised before is stale, as after every reload.
void reload(Driver& driver) {
  Upgrade& upgrade = driver.upgrade;
  if (upgrade.kernel != upgrade.library) {
    driver.branch_major = upgrade.branch_major;
    driver.branch_minor = upgrade.branch_minor;
    driver.version = upgrade.version;
    const std::string old = driver.nvml_version.data();
    const std::string cuda = old.substr(0, old.find('.'));
    set_text(driver.nvml_version, (cuda + "." + upgrade.version.data()).c_str());
  }
  upgrade.kernel = upgrade.library;
  ++driver.generation;
}

}  // namespace

void read_upgrade(TableReader& reader, Driver& driver) {
  std::string version;
  std::uint32_t is_reloaded = 0;
  reader.text("upgrade", version);
  reader.flag("reload", is_reloaded);
  if (!version.empty()) install(reader, version, driver.upgrade);
  if (is_reloaded != 0) reload(driver);
}

}  // namespace gander::sim
