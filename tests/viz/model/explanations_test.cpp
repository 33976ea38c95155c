#include "tests/source_dir.h"
#include "viz/model/explanations.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace roundtrip;
using namespace roundtrip::viz;
namespace fs = std::filesystem;

namespace {

const fs::path shipped_assets = fs::path(source_dir()) / "assets";

constexpr std::size_t longest_sentence_chars = 180;
constexpr std::size_t longest_part_chars = 360;
constexpr std::size_t longest_title_chars = 60;
constexpr std::size_t sentences_in_what = 2;

std::string read_text(const fs::path& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
}

// Characters as a reader counts them: UTF-8 sequences count once.
std::size_t char_count(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::vector<std::string> sentences_of(const std::string& text) {
  std::vector<std::string> sentences;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends = text[i] == '.' || text[i] == '?' || text[i] == '!';
    if (!ends || (i + 1 < text.size() && text[i + 1] != ' ')) continue;
    sentences.push_back(text.substr(start, i + 1 - start));
    start = i + 2;
  }
  if (start < text.size()) sentences.push_back(text.substr(start));
  return sentences;
}

void check_text(const std::string& where, const std::string& text) {
  CAPTURE(where);
  CHECK_FALSE(text.empty());
  CHECK_MESSAGE(char_count(text) <= longest_part_chars, "too long to be read: ", text);
  CHECK_MESSAGE((text.ends_with('.') || text.ends_with('?')), "no whole sentence: ", text);
  for (const std::string_view mark : {"`", "**", "##", "]("}) {
    CHECK_MESSAGE(text.find(mark) == std::string::npos, "is shown as it stands: ", text);
  }
  for (const std::string& sentence : sentences_of(text)) {
    CHECK_MESSAGE(char_count(sentence) <= longest_sentence_chars, "long sentence: ", sentence);
  }
}

// A copy of the shipped words in a folder of its own, to be spoilt.
class SpoiltAssets {
 public:
  SpoiltAssets() {
    std::string name = (fs::temp_directory_path() / "explanations-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    fs::copy(shipped_assets / "explanations", folder_ / "explanations");
    fs::copy(shipped_assets / "corrections.md", folder_ / "corrections.md");
  }
  ~SpoiltAssets() { fs::remove_all(folder_); }

  // Replaces the first `from` of a file; the text has to be there.
  void replace(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = read_text(folder_ / file);
    const auto at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, file, " no longer has: ", from);
    write_text(folder_ / file, text.replace(at, from.size(), to));
  }

  // The section of a phase, from its heading to the next one.
  std::string section(const std::string& file, const std::string& id) const {
    const std::string text = read_text(folder_ / file);
    const auto begin = text.find("## " + id);
    REQUIRE(begin != std::string::npos);
    return text.substr(begin, text.find("\n## ", begin) - begin + 1);
  }

  std::string error() const {
    const auto loaded = load_explanations(folder_);
    REQUIRE_FALSE(loaded.ok());
    return loaded.error();
  }
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::string startup = "explanations/1-startup.md";

}  // namespace

TEST_CASE("explanations: every phase of the table is explained in six plain parts") {
  const auto loaded = load_explanations(shipped_assets);
  REQUIRE_MESSAGE(loaded.ok(), loaded.error());
  for (const trace::PhaseRow& row : trace::phase_table) {
    const std::string id(row.id);
    const Explanation& words = loaded->of(row.phase);
    check_text(id + " What", words.what);
    check_text(id + " Why", words.why);
    check_text(id + " Look at", words.look_at);
    check_text(id + " Cost", words.cost);
    check_text(id + " Spec", words.spec);
    check_text(id + " In Go", words.in_go);
    CHECK_MESSAGE(sentences_of(words.what).size() <= sentences_in_what, id, ": ", words.what);
  }
}

TEST_CASE("explanations: every group opens with one sentence") {
  const auto loaded = load_explanations(shipped_assets);
  REQUIRE_MESSAGE(loaded.ok(), loaded.error());
  for (std::size_t i = 0; i < trace::group_count; ++i) {
    const auto group = static_cast<trace::Group>(i);
    const std::string& analogy = loaded->analogy_of(group);
    check_text(std::string(trace::group_name(group)), analogy);
    CHECK(sentences_of(analogy).size() == 1);
  }
}

TEST_CASE("explanations: Go's functions are named as in the phase table") {
  const auto loaded = load_explanations(shipped_assets);
  REQUIRE_MESSAGE(loaded.ok(), loaded.error());
  for (const trace::PhaseRow& row : trace::phase_table) {
    const std::string& words = loaded->of(row.phase).in_go;
    // "http.readRequest, readTransfer": the first name is enough.
    const std::string_view name = row.go.substr(0, row.go.find_first_of(",:"));
    CHECK_MESSAGE(has(words, name), row.id, " says nothing of ", name, ": ", words);
  }
}

TEST_CASE("corrections: each belongs to a phase and is found there") {
  const auto loaded = load_explanations(shipped_assets);
  REQUIRE_MESSAGE(loaded.ok(), loaded.error());
  std::size_t found = 0;
  for (const trace::PhaseRow& row : trace::phase_table) {
    for (const Correction& correction : loaded->corrections_of(row.phase)) {
      CHECK(correction.phase == row.phase);
      ++found;
    }
  }
  CHECK(found == loaded->corrections.size());
  CHECK(found > 0);
}

TEST_CASE("corrections: say what is drawn, what is true and why, in plain sentences") {
  const auto loaded = load_explanations(shipped_assets);
  REQUIRE_MESSAGE(loaded.ok(), loaded.error());
  for (const Correction& correction : loaded->corrections) {
    CHECK_FALSE(correction.title.empty());
    CHECK_MESSAGE(char_count(correction.title) <= longest_title_chars, correction.title);
    check_text(correction.title + ": Says", correction.says);
    check_text(correction.title + ": True", correction.truth);
    check_text(correction.title + ": Why", correction.why);
  }
}

TEST_CASE("corrections: the sums of the drawn request and response are exact") {
  const auto loaded = load_explanations(shipped_assets);
  REQUIRE_MESSAGE(loaded.ok(), loaded.error());
  const std::string request =
      "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\n"
      "Accept: */*\r\n\r\n";
  const std::string response =
      "HTTP/1.1 200 OK\r\nDate: Sun, 28 Dec 2025 10:30:00 GMT\r\nContent-Length: 13\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n\r\nHello, World!";
  const auto truth_at = [&](trace::Phase phase) {
    const auto here = loaded->corrections_of(phase);
    return here.empty() ? std::string{} : here.front().truth;
  };
  CHECK(has(truth_at(trace::Phase::ReadBufferFill), std::to_string(request.size())));
  CHECK(has(truth_at(trace::Phase::TransmitHead), std::to_string(response.size())));
  CHECK(has(truth_at(trace::Phase::TransmitAckIn), std::to_string(2001 + response.size())));
  CHECK(has(truth_at(trace::Phase::LifecycleFinIn), std::to_string(1001 + request.size())));
  CHECK(has(loaded->of(trace::Phase::ReadHeadersComplete).look_at, "= 83 bytes"));
}

TEST_CASE("explanations: a phase without explanation is named (middle, end)") {
  SpoiltAssets spoilt;
  SUBCASE("middle") {
    spoilt.replace(startup, spoilt.section(startup, "startup.bind"), "");
    const std::string error = spoilt.error();
    CHECK_MESSAGE(has(error, "has startup.bind, not startup.listen"), error);
  }
  SUBCASE("end") {
    spoilt.replace(startup, spoilt.section(startup, "startup.ready"), "");
    const std::string error = spoilt.error();
    CHECK_MESSAGE(has(error, "startup.ready has no explanation"), error);
  }
}

TEST_CASE("explanations: an orphan, a duplicate and a stray section are refused") {
  SpoiltAssets spoilt;
  const std::string bind = spoilt.section(startup, "startup.bind");
  SUBCASE("orphan") {
    spoilt.replace(startup, "## startup.bind", "## startup.bound");
    CHECK_MESSAGE(has(spoilt.error(), "no phase startup.bound"), spoilt.error());
  }
  SUBCASE("duplicate") {
    spoilt.replace(startup, bind, bind + "\n" + bind);
    CHECK_MESSAGE(has(spoilt.error(), "startup.bind is explained twice"), spoilt.error());
  }
  SUBCASE("stray") {
    spoilt.replace("explanations/2-connection.md", "## connection.connect",
                   bind + "\n## connection.connect");
    CHECK_MESSAGE(has(spoilt.error(), "file of its own group"), spoilt.error());
  }
}

TEST_CASE("explanations: a part that is empty, missing, misnamed or extra is refused") {
  SpoiltAssets spoilt;
  const std::string ready = spoilt.section(startup, "startup.ready");
  const auto spoil = [&](const std::string& text) { spoilt.replace(startup, ready, text); };
  std::string expected;
  SUBCASE("empty") {
    spoil("## startup.ready\n\n**What**:\n\n**Why**: Because.\n");
    expected = "**What**: of startup.ready is empty";
    write_text(spoilt.folder() / startup, read_text(spoilt.folder() / startup) +
                                              "\n**Look at**: a\n\n**Cost**: b\n\n**Spec**: c\n"
                                              "\n**In Go**: d\n");
  }
  SUBCASE("missing") {
    spoil("## startup.ready\n\n**What**: It is.\n\n**Why**: Because.\n");
    expected = "startup.ready has no part **Look at**:";
  }
  SUBCASE("misnamed") {
    spoil("## startup.ready\n\n**What**: It is.\n\n**Reason**: Because.\n");
    expected = "here **Why**: of startup.ready is expected, not **Reason**:";
  }
  SUBCASE("extra") {
    spoil(ready + "\n**More**: And this.\n");
    expected = "one part too many: More";
  }
  SUBCASE("no label") {
    spoil("## startup.ready\n\nIt is.\n");
    expected = "belongs to no part";
  }
  CHECK_MESSAGE(has(spoilt.error(), expected), spoilt.error());
}

TEST_CASE("explanations: an error names the file and the line") {
  SpoiltAssets spoilt;
  spoilt.replace("explanations/7-task.md", "\n## task.created", "\n\n\n## task.create");
  const std::string text = read_text(spoilt.folder() / "explanations/7-task.md");
  const auto before = text.substr(0, text.find("## task.create"));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::string error = spoilt.error();
  CHECK_MESSAGE(has(error, "7-task.md:" + std::to_string(line) + ": "), error);
}

TEST_CASE("explanations: a missing file and one without its sentence are refused") {
  SpoiltAssets spoilt;
  SUBCASE("missing") {
    fs::remove(spoilt.folder() / "explanations/3-read.md");
    CHECK_MESSAGE(has(spoilt.error(), "3-read.md can't be read"), spoilt.error());
  }
  SUBCASE("no sentence") {
    const std::string text = read_text(spoilt.folder() / startup);
    write_text(spoilt.folder() / startup, text.substr(text.find("## ")));
    CHECK_MESSAGE(has(spoilt.error(), "begin with a sentence"), spoilt.error());
  }
}

TEST_CASE("corrections: one for an unknown phase, untitled or out of order is refused") {
  SpoiltAssets spoilt;
  const std::string file = "corrections.md";
  const std::string heading = "## read.buffer_fill: ";
  std::string expected;
  SUBCASE("unknown phase") {
    spoilt.replace(file, heading, "## read.fill: ");
    expected = "no phase read.fill";
  }
  SUBCASE("untitled") {
    spoilt.replace(file, heading, "## read.buffer_fill ");
    expected = "headed ## phase.id: title";
  }
  SUBCASE("out of order") {
    spoilt.replace(file, heading, "## startup.main: ");
    expected = "follow the order of the phase table";
  }
  CHECK_MESSAGE(has(spoilt.error(), expected), spoilt.error());
}
