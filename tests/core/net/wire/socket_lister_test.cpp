// Whoever asks for a listing gets one that began after the question, and waits for nothing.
#include "core/net/wire/socket_lister.h"

#include <doctest/doctest.h>

#include "tests/core/runtime/rig.h"

using namespace roundtrip;
using namespace roundtrip::testing;

TEST_CASE("socket lister: many who ask during a listing get one more") {
  Gauge begun;
  Gauge may_end;
  net::SocketLister lister([&] {
    const int number = begun.value();
    begun.add();
    may_end.wait_for(number + 1);
  });
  lister.ask();
  begun.wait_for(1);
  for (int i = 0; i < 100; ++i) lister.ask();
  CHECK(begun.value() == 1);
  may_end.add();
  begun.wait_for(2);
  may_end.add();
  // A question after that is answered by a third: the hundred had one.
  lister.ask();
  begun.wait_for(3);
  CHECK(begun.value() == 3);
  may_end.add();
}

TEST_CASE("socket lister: it goes without having been asked, and not before a listing has ended") {
  { const net::SocketLister never([] {}); }
  Gauge begun;
  Gauge ended;
  {
    net::SocketLister lister([&] {
      begun.add();
      ended.add();
    });
    lister.ask();
    begun.wait_for(1);
  }
  CHECK(ended.value() == 1);
}
