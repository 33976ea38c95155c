// The program that tests start as the lab's helper: what roundtrip itself does on its hidden word.
#include <cstdlib>
#include <cstring>

#include "core/net/wire/helper.h"

int main(int count, char** words) {
  if (count != 3 || std::strcmp(words[1], "lab-helper") != 0) return 2;
  return roundtrip::net::run_lab_helper(std::atoi(words[2]));
}
