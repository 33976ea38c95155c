// Our parser beside llhttp, the parser of Node.js, over thousands of requests, right and wrong:
// they have to agree on every one, but for the differences that differences.cpp lists with their
// reasons.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include "tests/core/http/llhttp/account.h"
#include "tests/core/http/llhttp/differences.h"
#include "tests/core/http/llhttp/request_corpus.h"

using namespace roundtrip::http;

namespace {

constexpr std::size_t valid_cases = 2'000;
constexpr std::size_t changed_cases = 8'000;

// What llhttp.js prints: a line with the versions, and one for each case.
std::vector<std::string> ask_llhttp(const std::vector<CorpusCase>& corpus) {
  namespace fs = std::filesystem;
  const fs::path cases =
      fs::temp_directory_path() / fmt::format("roundtrip-llhttp-{}.cases", getpid());
  std::ofstream file(cases, std::ios::binary);
  for (const CorpusCase& made : corpus) file << made.text.size() << '\n' << made.text;
  file.close();
  REQUIRE(file.good());
  const std::string command = fmt::format("'{}' '{}/tests/core/http/llhttp/llhttp.js' '{}'",
                                          NODE_PROGRAM, ROUNDTRIP_SOURCE_DIR, cases.string());
  std::FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string printed;
  std::array<char, 65'536> piece;
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), pipe)) {
    printed.append(piece.data(), size);
  }
  REQUIRE(pclose(pipe) == 0);
  fs::remove(cases);

  std::vector<std::string> lines;
  for (std::size_t at = 0; at < printed.size();) {
    const std::size_t end = printed.find('\n', at);
    lines.push_back(printed.substr(at, end - at));
    at = end + 1;
  }
  REQUIRE(lines.size() == corpus.size() + 1);
  return lines;
}

enum class Agreement { Agree, Differ, FramingDiffers };

// How the two look upon the request with this number; `goes_on` is left true where the text may
// hold another one that both will look at.
Agreement compare(const Account& ours, const Account& llhttp, std::size_t index, bool& goes_on) {
  goes_on = false;
  const Taken* const here = index < ours.requests.size() ? &ours.requests[index] : nullptr;
  const Taken* const there = index < llhttp.requests.size() ? &llhttp.requests[index] : nullptr;
  const bool refused_here = ours.refusal && (here == nullptr || !here->end);
  const bool refused_there = llhttp.refusal && (there == nullptr || !there->end);
  if (refused_here && refused_there) return Agreement::Agree;
  if (here != nullptr && there != nullptr) {
    const bool tunnel = there->method == "CONNECT";
    if (here->head_end != there->head_end) return Agreement::FramingDiffers;
    if (here->method != there->method || here->target != there->target ||
        here->version != there->version || here->headers != there->headers ||
        here->keep_alive != there->keep_alive) {
      return Agreement::Differ;
    }
    if (tunnel) return Agreement::Agree;
    if (!refused_here && !refused_there) {
      if (here->end != there->end || here->body != there->body) return Agreement::FramingDiffers;
      if (here->end && here->trailers != there->trailers) return Agreement::Differ;
      // llhttp heeds Connection among the trailers as well (RFC 9110 section 6.5.1 says not to).
      goes_on = here->end && here->keep_alive && !there->upgrade &&
                !has_field(here->trailers, "connection") &&
                !has_field(here->trailers, "proxy-connection");
      return Agreement::Agree;
    }
  }
  if (refused_here != refused_there) return Agreement::Differ;
  return here == nullptr && there == nullptr ? Agreement::Agree : Agreement::FramingDiffers;
}

}  // namespace

TEST_CASE("request parser and llhttp: the same requests, or a difference that has its reason") {
  const std::vector<CorpusCase> corpus = request_corpus(valid_cases, changed_cases);
  const std::vector<std::string> answers = ask_llhttp(corpus);
  const int major = std::stoi(answers[0].substr(answers[0].find("llhttp ") + 7));
  std::map<std::string_view, std::size_t> explained;
  std::size_t both_took = 0;
  std::size_t both_refused = 0;
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    const std::string& text = corpus[i].text;
    const Account ours = account_of(read_whole(text), text);
    const Account llhttp = account_of_line(answers[i + 1]);
    INFO("case " << i << ": \"" << escaped(text) << "\"\nhere:\n"
                 << ours.text() << "llhttp:\n"
                 << llhttp.text());
    std::size_t begin = 0;
    bool goes_on = true;
    for (std::size_t index = 0; goes_on; ++index) {
      const Agreement agreement = compare(ours, llhttp, index, goes_on);
      CHECK_MESSAGE(agreement != Agreement::FramingDiffers,
                    "both accept, and differ on where it ends");
      if (agreement == Agreement::Differ) {
        const Difference* const why = reason_for({text, begin, index, ours, llhttp}, major);
        CHECK_MESSAGE(why != nullptr, "a difference without a reason");
        if (why != nullptr) ++explained[why->name];
      }
      if (goes_on) begin = *ours.requests[index].end;
    }
    both_took += ours.requests.size() == llhttp.requests.size() && !ours.refusal;
    both_refused += ours.refusal && llhttp.refusal;
    if (!corpus[i].changed) {
      CHECK_FALSE(ours.refusal);
      CHECK(ours.requests.size() == corpus[i].requests);
      CHECK(ours.requests.back().end == text.size());
    }
  }
  std::string summary = fmt::format("{}; {} cases, {} taken by both, {} refused by both",
                                    answers[0], corpus.size(), both_took, both_refused);
  for (const auto& [name, count] : explained) summary += fmt::format("\n{:6} {}", count, name);
  MESSAGE(summary);
}

TEST_CASE("request parser: the corpus for llhttp is read alike at every split point") {
  for (const CorpusCase& made : request_corpus(valid_cases, changed_cases)) {
    INFO("the text: \"" << escaped(made.text) << "\"");
    REQUIRE(split_that_differs(made.text, read_whole(made.text)) == std::string::npos);
  }
}
