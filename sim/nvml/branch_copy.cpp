// SPDX-License-Identifier: Apache-2.0
// Hides symbols of a shared library by marking them undefined in its dynamic symbol table: the
// loader's look-up passes over such an entry, and the hash tables stay as they are.
#include "sim/nvml/branch_copy.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string_view>

#include "sim/nvml/symbol_table.hpp"

namespace gander::sim {
namespace {

using Hides = std::function<bool(std::string_view)>;

tl::unexpected<Error> fail_file(const char* verb, const std::string& path) {
  const int code = errno;
  const Fault fault = code == ENOENT   ? Fault::not_found
                      : code == EACCES ? Fault::no_permission
                                       : Fault::operating_system;
  return fail(fault, fmt::format("cannot {} {}: {}", verb, path, std::strerror(code)));
}

Result<std::string> read_all(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail_file("read", path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Reads a struct at an offset of the image; false where it reaches beyond the end.
template <class T>
bool load(const std::string& image, std::uint64_t at, T& to) {
  if (at > image.size() || image.size() - at < sizeof(T)) return false;
  std::memcpy(&to, image.data() + at, sizeof(T));
  return true;
}

template <class T>
void store(std::string& image, std::uint64_t at, const T& from) {
  std::memcpy(image.data() + at, &from, sizeof(T));
}

bool is_library(const std::string& image, Elf64_Ehdr& header) {
  return load(image, 0, header) && std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
         header.e_type == ET_DYN && header.e_shentsize == sizeof(Elf64_Shdr);
}

bool find_section(const std::string& image, const Elf64_Ehdr& header, std::uint32_t type,
                  Elf64_Shdr& found) {
  for (std::uint64_t i = 0; i < header.e_shnum; ++i)
    if (load(image, header.e_shoff + i * sizeof(Elf64_Shdr), found) && found.sh_type == type)
      return true;
  return false;
}

std::string_view name_at(const std::string& image, const Elf64_Shdr& strings, std::uint32_t at) {
  const std::uint64_t begin = strings.sh_offset + at;
  if (at >= strings.sh_size || begin >= image.size()) return {};
  const std::string_view rest = std::string_view(image).substr(begin);
  return rest.substr(0, rest.find('\0'));
}

void hide(std::string& image, std::uint64_t at, Elf64_Sym symbol) {
  symbol.st_shndx = SHN_UNDEF;
  symbol.st_value = 0;
  symbol.st_size = 0;
  // Weak: an undefined strong name would have to be found elsewhere at load time.
  symbol.st_info = ELF64_ST_INFO(STB_WEAK, ELF64_ST_TYPE(symbol.st_info));
  store(image, at, symbol);
}

bool hide_symbols(std::string& image, const Hides& hides) {
  Elf64_Ehdr header{};
  Elf64_Shdr symbols{};
  Elf64_Shdr strings{};
  if (!is_library(image, header) || !find_section(image, header, SHT_DYNSYM, symbols)) return false;
  if (!load(image, header.e_shoff + std::uint64_t{symbols.sh_link} * sizeof(Elf64_Shdr), strings))
    return false;
  for (std::uint64_t i = 1; i < symbols.sh_size / sizeof(Elf64_Sym); ++i) {
    const std::uint64_t at = symbols.sh_offset + i * sizeof(Elf64_Sym);
    Elf64_Sym symbol{};
    if (!load(image, at, symbol)) return false;
    if (symbol.st_shndx != SHN_UNDEF && hides(name_at(image, strings, symbol.st_name)))
      hide(image, at, symbol);
  }
  return true;
}

Result<void> write_all(const std::string& path, const std::string& bytes) {
  const std::string draft = path + ".new";
  errno = 0;
  std::ofstream file(draft, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file || chmod(draft.c_str(), 0755) != 0 || std::rename(draft.c_str(), path.c_str()) != 0)
    return fail_file("write", path);
  return {};
}

Result<void> write_copy(const std::string& source, const std::string& destination,
                        const Hides& hides) {
  auto image = read_all(source);
  if (!image) return tl::make_unexpected(image.error());
  if (!hide_symbols(*image, hides))
    return fail(Fault::invalid_data, source + " is no 64-bit ELF library");
  return write_all(destination, *image);
}

}  // namespace

Result<void> write_branch_copy(const std::string& source, const std::string& destination,
                               Branch branch) {
  return write_copy(source, destination, [branch](std::string_view name) {
    const std::size_t at = find_symbol(name);
    return at < symbol_table.size() && !has_symbol(symbol_table[at], branch.major, branch.minor);
  });
}

Result<void> write_copy_without(const std::string& source, const std::string& destination,
                                const std::vector<std::string>& hidden) {
  return write_copy(source, destination, [&](std::string_view name) {
    for (const std::string& one : hidden)
      if (one == name) return true;
    return false;
  });
}

}  // namespace gander::sim
