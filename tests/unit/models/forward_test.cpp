#include "models/forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/thread_pool.h"
#include "kv/page_pool.h"
#include "tensor/cpu_ops.h"
#include "unit/models/allocations.h"
#include "unit/models/tiny_file.h"

namespace reckon {
namespace {

constexpr int kSlots = 4;

struct ForwardTest : testing::Test {
  TinyFile tiny;
  std::shared_ptr<const Model> model = Model::load(tiny.open());
  KvLayout layout = model->kv_layout(DType::f32, kSlots);
  PagePool pool{{.page_bytes = layout.page_bytes(), .slots_per_page = kSlots, .pages = 8}};
  ThreadPool threads{2};
  CpuOps ops{threads};
  Forward forward{model, ops, KvView{layout, pool.base(), pool.capacity()}, /*max_rows=*/6};
  std::vector<PageId> pages{*pool.allocate(), *pool.allocate()};

  std::string refusal(const std::vector<BatchRow>& rows) {
    const BatchSequence sequence{pages};
    try {
      forward.run({rows, {&sequence, 1}});
    } catch (const Error& error) {
      EXPECT_STREQ(name_of(error.code()), "bad_argument");
      return error.what();
    }
    return "";
  }
};

TEST_F(ForwardTest, RefusesRowsThatCannotBe) {
  using testing::HasSubstr;
  EXPECT_EQ(refusal({{.token = 9, .position = 7}}), "");
  EXPECT_THAT(refusal({{.token = 1}, {.token = 10}}), HasSubstr("row 1: token 10 is outside the vocabulary of 10"));
  EXPECT_THAT(refusal({{.token = -1}}), HasSubstr("token -1"));
  EXPECT_THAT(refusal({{.position = 32}}), HasSubstr("position 32 is outside the context of 32"));
  EXPECT_THAT(refusal({{.position = -1}}), HasSubstr("position -1"));
  EXPECT_THAT(refusal({{.position = 8}}), HasSubstr("position 8 needs 3 pages, its sequence has 2"));
  EXPECT_THAT(refusal({{.sequence = 1}}), HasSubstr("sequence 1 is not among the batch's 1"));
  EXPECT_THAT(refusal(std::vector<BatchRow>(7)), HasSubstr("7 rows; expected 1..6"));
  EXPECT_THAT(refusal({}), HasSubstr("0 rows"));
}

TEST_F(ForwardTest, HasNoLogitsOfARowThatDidNotWantThem) {
  EXPECT_EQ(refusal({{.token = 1}}), "");

  EXPECT_EQ(forward.logits_count(), 0);
  EXPECT_THROW(forward.logits(0), Error);
}

TEST_F(ForwardTest, RefusesPagesOfAnotherModel) {
  KvLayout other = layout;
  other.head_dim = 8;
  EXPECT_THROW(Forward(model, ops, KvView{other, pool.base(), pool.capacity()}, 6), Error);
  EXPECT_THROW(Forward(model, ops, KvView{layout, pool.base(), pool.capacity()}, 0), Error);
}

TEST_F(ForwardTest, AllocatesNothingOnceWarm) {
  const BatchSequence sequence{pages};
  std::vector<BatchRow> rows(6);
  for (std::int32_t i = 0; i < 6; ++i) rows[static_cast<std::size_t>(i)] = {.token = i, .position = i, .wants_logits = true};
  forward.run({rows, {&sequence, 1}});

  const long before = allocations();
  forward.run({rows, {&sequence, 1}});
  forward.run({std::span<const BatchRow>(rows).first(2), {&sequence, 1}});
  const long after = allocations();

  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace reckon
