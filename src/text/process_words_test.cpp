// SPDX-License-Identifier: Apache-2.0
// How owners are called: by what people gave them, where that is known.
#include "text/process_words.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

Owner make_owner(OwnerKind kind, const std::string& name, Known<std::string> title,
                 const std::string& space = {}) {
  Owner owner{kind, name, "cgroup", Certainty::certain};
  owner.title = std::move(title);
  owner.title_space = space;
  return owner;
}

TEST(OwnerLabel, a_title_stands_for_the_number_of_a_container_or_pod) {
  const std::string id(64, 'a');
  EXPECT_EQ(owner_label(make_owner(OwnerKind::container, id, Missing::no_permission)),
            std::string(12, 'a'));
  EXPECT_EQ(owner_label(make_owner(OwnerKind::container, id, std::string{"trainer"})), "trainer");
  EXPECT_EQ(owner_label(make_owner(OwnerKind::pod, "uid", Missing::no_data)), "pod uid");
  EXPECT_EQ(owner_label(make_owner(OwnerKind::pod, "uid", std::string{"train-0"}, "ml")),
            "pod ml/train-0");
}

TEST(OwnerLabel, a_job_keeps_its_number) {
  EXPECT_EQ(owner_label(make_owner(OwnerKind::slurm_job, "7", Missing::no_data)), "job 7");
  EXPECT_EQ(owner_label(make_owner(OwnerKind::slurm_job, "7", std::string{"fit"}, "ann")),
            "job 7 fit");
}

TEST(OwnerLabel, a_hostile_title_is_harmless) {
  const auto label =
      owner_label(make_owner(OwnerKind::pod, "uid", std::string{"a\x1b[2J\n"}, "b\x1b]0;x"));
  EXPECT_EQ(label.find('\x1b'), std::string::npos);
  EXPECT_EQ(label.find('\n'), std::string::npos);
}

TEST(TitleOf, is_empty_where_only_the_number_is_known) {
  EXPECT_EQ(title_of(make_owner(OwnerKind::container, "id", Missing::no_data, "space")), "");
  EXPECT_EQ(title_of(make_owner(OwnerKind::container, "id", std::string{"web"}, "user")),
            "user/web");
}

}  // namespace
}  // namespace gander::text
