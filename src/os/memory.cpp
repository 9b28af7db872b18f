// SPDX-License-Identifier: Apache-2.0
// The C library's heap, and the segments of the program and its libraries.
#include "os/memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace gander::os {
namespace {

/// Only what nobody can have written to: dropped, the rest would be lost.
void drop_text(const dl_phdr_info& object, std::uintptr_t page) {
  for (std::size_t i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object.dlpi_addr + segment.p_vaddr) / page * page;
    const std::uintptr_t end = object.dlpi_addr + segment.p_vaddr + segment.p_filesz;
    // Advice: what the kernel does not take leaves all as it was.
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as numbers.
    static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED));
  }
}

}  // namespace

void share_one_heap() {
#ifdef __GLIBC__
  ::mallopt(M_ARENA_MAX, 1);
#endif
}

void release_start() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
  auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* size) {
        drop_text(*object, *static_cast<std::uintptr_t*>(size));
        return 0;
      },
      &page);
}

}  // namespace gander::os
