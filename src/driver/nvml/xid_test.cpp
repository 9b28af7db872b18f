// SPDX-License-Identifier: Apache-2.0
// Error codes, their lines in the kernel's log, and telling each error once.
#include "driver/nvml/xid.hpp"

#include <gtest/gtest.h>

namespace gander::driver::nvml {
namespace {

using namespace std::chrono_literals;

TEST(Xid, ReadsLinesOfTheKernelsLog) {
  const auto line = parse_xid_line("NVRM: Xid (PCI:0000:3b:00): 79, pid=12, GPU has fallen off");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pci_bus_id, "00000000:3b:00.0");
  EXPECT_EQ(line->code, 79U);
  EXPECT_EQ(parse_xid_line("NVRM: Xid (PCI:0001:3b:00): 31")->pci_bus_id, "00000001:3b:00.0");
}

TEST(Xid, ReadsNothingElse) {
  for (const char* line :
       {"", "NVRM: Xid", "NVRM: Xid (PCI:", "NVRM: Xid (PCI:0000:3b:00)", "NVRM: Xid (PCI:): 3",
        "NVRM: Xid (PCI:0000:3b:00): ", "NVRM: Xid (PCI:0000:3b:00): x",
        "NVRM: Xid (PCI:0000:3b:00): 99999999999", "NVRM: Xid (PCI:0000:3b:00): 79x",
        "NVRM: Xid (PCI:\x1b[31m): 79", " NVRM: Xid (PCI:0000:3b:00): 79",
        "NVRM: Xid (PCI:00000000000000000000000000000000:3b:00): 79"}) {
    EXPECT_FALSE(parse_xid_line(line)) << line;
  }
}

TEST(Xid, HasWordsForEveryCode) {
  for (const std::uint32_t code :
       {13U, 31U, 43U, 45U, 48U, 61U, 62U, 63U, 64U, 74U, 79U, 92U, 94U, 95U, 119U, 120U}) {
    EXPECT_NE(explain_xid(code), explain_xid(4711)) << code;
  }
  EXPECT_FALSE(explain_xid(unknown_xid).empty());
}

TEST(XidLedger, TellsWhatTwoSourcesReportOnce) {
  XidLedger ledger;
  EXPECT_TRUE(ledger.note("a", 79, XidSource::kernel, 10s));
  EXPECT_FALSE(ledger.note("a", 79, XidSource::library, 11s));
  // The second report of one source is another error.
  EXPECT_TRUE(ledger.note("a", 79, XidSource::library, 11s));
  EXPECT_TRUE(ledger.note("a", 79, XidSource::library, 11s));
  EXPECT_FALSE(ledger.note("a", 79, XidSource::kernel, 12s));
}

TEST(XidLedger, KeepsGpusCodesAndTimesApart) {
  XidLedger ledger;
  EXPECT_TRUE(ledger.note("a", 79, XidSource::kernel, 10s));
  EXPECT_TRUE(ledger.note("b", 79, XidSource::library, 10s));
  EXPECT_TRUE(ledger.note("a", 31, XidSource::library, 10s));
  EXPECT_TRUE(ledger.note("a", 79, XidSource::library, 60s));
}

}  // namespace
}  // namespace gander::driver::nvml
