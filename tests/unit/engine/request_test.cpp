#include "engine/request.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace reckon {
namespace {

Budget tokens_budget(std::int64_t tokens) {
  Budget budget;
  budget.tokens = tokens;
  return budget;
}

TEST(Ledger, AddsUpAllButThePeak) {
  const Ledger one{.prompt_computed = 1,
                   .prompt_cached = 2,
                   .generated = 3,
                   .drafted = 4,
                   .verified = 5,
                   .recomputed = 6,
                   .flops = 7,
                   .verified_flops = 8,
                   .bytes = 9,
                   .seconds = 10,
                   .peak_kv_bytes = 11};
  Ledger sum{.prompt_computed = 100,
             .prompt_cached = 100,
             .generated = 100,
             .drafted = 100,
             .verified = 100,
             .recomputed = 100,
             .flops = 100,
             .verified_flops = 100,
             .bytes = 100,
             .seconds = 100,
             .peak_kv_bytes = 9};

  sum += one;

  EXPECT_EQ(sum.prompt_computed, 101);
  EXPECT_EQ(sum.prompt_cached, 102);
  EXPECT_EQ(sum.generated, 103);
  EXPECT_EQ(sum.drafted, 104);
  EXPECT_EQ(sum.verified, 105);
  EXPECT_EQ(sum.recomputed, 106);
  EXPECT_EQ(sum.flops, 107);
  EXPECT_EQ(sum.verified_flops, 108);
  EXPECT_EQ(sum.bytes, 109);
  EXPECT_EQ(sum.seconds, 110);
  EXPECT_EQ(sum.peak_kv_bytes, 11);
}

TEST(Request, LeasesNoMoreThanTheBudget) {
  Request request(tokens_budget(100), 0);

  EXPECT_TRUE(request.lease_exactly(60, 0));
  EXPECT_FALSE(request.lease_exactly(41, 0));
  EXPECT_EQ(request.tokens_left(), 40);
}

TEST(Request, TakesBackWhatWasNotSpent) {
  Request request(tokens_budget(100), 0);
  const std::vector<Want> wants{{80, 80}, {80, 80}};

  const std::vector<Lease> leases = request.lease_shares(wants, 1);
  EXPECT_EQ(leases[0].tokens + leases[1].tokens, 100);
  EXPECT_TRUE(request.exhausted());
  request.give_back(Lease{30, 0});

  EXPECT_EQ(request.tokens_left(), 30);
  EXPECT_FALSE(request.exhausted());
}

TEST(Request, SharesFlopsInProportionToTokens) {
  Budget budget;
  budget.flops = 1000;
  Request request(budget, 0);
  const std::vector<Want> wants{{10, 10}, {30, 30}};

  const std::vector<Lease> leases = request.lease_shares(wants, 1);

  EXPECT_DOUBLE_EQ(leases[0].flops, 250);
  EXPECT_DOUBLE_EQ(leases[1].flops, 750);
}

TEST(Request, LeasesAsManyTokensAsFlopsPay) {
  Budget budget;
  budget.flops = 1000;
  Request request(budget, 0);
  const std::vector<Want> wants{{70, 70}, {70, 70}, {70, 70}};

  const std::vector<Lease> leases = request.lease_shares(wants, /*token_flops=*/10);

  EXPECT_EQ(leases[0].tokens, 70);
  EXPECT_EQ(leases[1].tokens, 30);
  EXPECT_EQ(leases[2].tokens, 0);
  EXPECT_DOUBLE_EQ(leases[0].flops, 700);
}

TEST(Request, IsOutOfTimeWhenTheNextStepWouldBeTooLate) {
  double now = 100;
  Budget budget;
  budget.seconds = 2;
  const Request request(budget, 0, [&now] { return now; });

  now = 101.5;

  EXPECT_FALSE(request.out_of_time(0.4));
  EXPECT_TRUE(request.out_of_time(0.6));
}

TEST(EnergyMeter, AddsPackagesAndCorrectsOneWrap) {
  const std::filesystem::path root = std::filesystem::path(::testing::TempDir()) / "powercap";
  const auto write = [&root](const std::string& domain, const std::string& name, std::uint64_t value) {
    std::filesystem::create_directories(root / domain);
    std::ofstream(root / domain / name) << value;
  };
  write("intel-rapl:0", "energy_uj", 9'000'000);
  write("intel-rapl:0", "max_energy_range_uj", 10'000'000);
  write("intel-rapl:0:0", "energy_uj", 1'000'000);  // part of the package: not counted twice
  const EnergyMeter meter(root.string());

  write("intel-rapl:0", "energy_uj", 500'000);

  EXPECT_TRUE(meter.available());
  EXPECT_NEAR(meter.joules(), 1.5, 1e-9);
}

TEST(Request, RefusesJoulesWhereNobodyCountsThem) {
  if (EnergyMeter().available()) GTEST_SKIP() << "this machine has an energy counter";
  Budget budget;
  budget.joules = 5;

  EXPECT_THROW(Request(budget, 0), Error);
}

}  // namespace
}  // namespace reckon
