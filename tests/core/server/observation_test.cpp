// The budget of observed requests: so many a second, counted in windows that only move on.
#include <doctest/doctest.h>

#include "core/server/observation.h"

using roundtrip::server::ObservationBudget;

TEST_CASE("observation: so many requests a second, and as many in the next") {
  ObservationBudget budget(3, 1'000);
  for (const std::uint64_t now : {5'000U, 5'400U, 5'999U}) CHECK(budget.take(now));
  CHECK_FALSE(budget.take(5'999));
  CHECK(budget.take(6'000));
  CHECK(budget.limit() == 3);
}

TEST_CASE("observation: a wake older than the window takes from it, and opens no new one") {
  ObservationBudget budget(2, 1'000);
  CHECK(budget.take(5'000));
  CHECK(budget.take(4'990));
  CHECK_FALSE(budget.take(4'980));
  CHECK_FALSE(budget.take(5'001));
}

TEST_CASE("observation: a budget of none is never taken") {
  ObservationBudget budget(0, 1'000);
  CHECK_FALSE(budget.take(5'000));
  CHECK_FALSE(budget.take(7'000));
}
