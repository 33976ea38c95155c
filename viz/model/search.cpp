#include "viz/model/search.h"

#include <algorithm>

#include "viz/model/search_words.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Phase;
using trace::PhaseSet;

namespace {

constexpr PhaseSet with_bytes = {Phase::ReadLineSplit, Phase::ReadHeader, Phase::ReadBodyPiece,
                                 Phase::TransmitHead};

// Bytes of a connection's log without a copy, where they lie in one piece. Keeps the last log: the
// events of one connection mostly stand together.
class KeptBytes {
 public:
  explicit KeptBytes(const trace::Trace& trace) : trace_(trace) {}

  std::string_view of(const Event& event) {
    if (!event.has_bytes()) return {};
    if (log_ == nullptr || log_->conn != event.conn || log_->log != event.log) {
      log_ = trace_.log(event.conn, event.log);
    }
    if (log_ == nullptr) return {};
    ByteRange range = event.bytes();
    range.length = std::min(range.length, most_bytes_searched);
    const auto& pieces = log_->pieces;
    auto next = std::upper_bound(pieces.begin(), pieces.end(), range.offset,
                                 [](std::uint64_t offset, const trace::KeptPiece& piece) {
                                   return offset < piece.range.offset;
                                 });
    if (next == pieces.begin()) return {};
    const trace::KeptPiece& piece = *(next - 1);
    if (piece.range.contains(range)) {
      const std::string_view data = trace_.piece_data(piece);
      return data.empty() ? data : data.substr(range.offset - piece.range.offset, range.length);
    }
    const auto excerpt = trace_.bytes(event.conn, event.log, range);
    if (!excerpt.whole) return {};
    copy_ = excerpt.data;
    return copy_;
  }

 private:
  const trace::Trace& trace_;
  const trace::ByteLog* log_ = nullptr;
  std::string copy_;
};

bool belongs(const Search& search, const Event& event) {
  return (search.conn == 0 || event.conn == search.conn) &&
         (search.request == 0 || event.request == search.request) &&
         (search.task == 0 || event.task == search.task);
}

enum class Hit { None, Value, Bytes };

Hit look_into(const TraceView& view, const Search& search, const Event& event, KeptBytes& kept) {
  Hit hit = search.narrowed() ? Hit::Value : Hit::None;
  for (const SearchWord& word : search.words) {
    const bool in_bytes = with_bytes.has(event.phase) && has_word(kept.of(event), word.text);
    if (in_bytes) {
      hit = Hit::Bytes;
    } else if (args_have(view, word, event)) {
      hit = std::max(hit, Hit::Value);
    } else if (!word.phases.has(event.phase)) {
      return Hit::None;
    }
  }
  return hit;
}

PhaseSet phases_to_look_into(const Search& search) {
  if (search.narrowed()) {
    PhaseSet all;
    for (const trace::PhaseRow& row : trace::phase_table) all.add(row.phase);
    return all;
  }
  PhaseSet set = with_bytes;
  for (const trace::PhaseRow& row : trace::phase_table) {
    for (std::size_t i = 0; i < row.arg_count(); ++i) {
      const auto may = [&](const SearchWord& word) { return may_have(word, row.args[i].unit); };
      if (std::any_of(search.words.begin(), search.words.end(), may)) set.add(row.phase);
    }
  }
  return set;
}

// "connection 2" and the like, taken out of the words.
void narrow(Search& search, std::vector<std::string>& words) {
  const std::pair<std::string_view, std::uint32_t*> subjects[] = {
      {"connection", &search.conn}, {"request", &search.request}, {"task", &search.task}};
  for (std::size_t i = 0; i + 1 < words.size();) {
    const auto number = number_in(words[i + 1]);
    const auto subject = std::find_if(std::begin(subjects), std::end(subjects),
                                      [&](const auto& one) { return one.first == words[i]; });
    if (subject == std::end(subjects) || !number || *number == 0 || *number > UINT32_MAX) {
      ++i;
      continue;
    }
    *subject->second = static_cast<std::uint32_t>(*number);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
  }
}

}  // namespace

std::uint64_t keep_up(const TraceView& view, Sweep& sweep, FoundEvents& found) {
  // Late facts move the numbers of what came after them.
  if (const auto back = view.index.rewinds().lowest_since(sweep.rewinds_seen)) {
    while (!found.empty() && found.back() >= *back) found.pop_back();
    sweep.to = std::min(sweep.to, *back);
  }
  if (!found.empty() && found.front() < view.first()) {
    found.erase(found.begin(), std::lower_bound(found.begin(), found.end(), view.first()));
  }
  return std::max(sweep.to, view.first());
}

double share_of(const TraceView& view, const Sweep& sweep) {
  if (view.empty() || sweep.to >= view.end()) return 1;
  const std::uint64_t done = sweep.to - std::min(sweep.to, view.first());
  return static_cast<double>(done) / static_cast<double>(view.end() - view.first());
}

Search search_for(const TraceView& view, std::string_view text, const Explanations* explanations) {
  Search search;
  search.text = text;
  std::vector<std::string> words = split_words(text);
  narrow(search, words);
  for (std::string& word : words) search.words.push_back(search_word(std::move(word)));
  search.sweep = {view.first(), view.index.rewinds().count()};
  search.to_look_into = phases_to_look_into(search);
  if (search.words.empty()) return search;
  for (const trace::PhaseRow& row : trace::phase_table) {
    const std::string told =
        explanations != nullptr ? explanation_text(*explanations, row.phase) : std::string();
    const auto all_have = [&](auto has) {
      return std::all_of(search.words.begin(), search.words.end(), has);
    };
    if (all_have([&](const SearchWord& word) { return word.phases.has(row.phase); })) {
      search.named.add(row.phase);
    }
    const auto told_of = [&](const SearchWord& word) { return has_word(told, word.text); };
    const auto told_or_named = [&](const SearchWord& word) {
      return told_of(word) || word.phases.has(row.phase);
    };
    if (all_have(told_or_named) && std::any_of(search.words.begin(), search.words.end(), told_of)) {
      search.explained.add(row.phase);
    }
  }
  return search;
}

void search_on(const TraceView& view, Search& search) {
  if (search.empty()) return;
  for (SearchWord& word : search.words) look_at_symbols(view, word);
  const std::uint64_t from = std::min(keep_up(view, search.sweep, search.in_bytes),
                                      keep_up(view, search.sweep, search.in_values));
  search.sweep.rewinds_seen = view.index.rewinds().count();
  for (EventNumber& first : search.first_of) {
    if (first >= from || first < view.first()) first = trace::no_event;
  }
  KeptBytes kept(view.trace);
  const std::uint64_t end = std::min(view.end(), from + most_events_passed);
  std::uint64_t looked = 0;
  std::uint64_t at = from;
  for (; at < end && looked < most_events_searched; ++at) {
    const Event& event = view.trace[at];
    EventNumber& first = search.first_of[static_cast<std::size_t>(event.phase)];
    if (first == trace::no_event) first = static_cast<EventNumber>(at);
    if (!search.to_look_into.has(event.phase) || !belongs(search, event)) continue;
    ++looked;
    const Hit hit = look_into(view, search, event, kept);
    if (hit == Hit::Bytes) search.in_bytes.push_back(static_cast<EventNumber>(at));
    if (hit == Hit::Value) search.in_values.push_back(static_cast<EventNumber>(at));
  }
  search.sweep.to = at;
}

std::string searched_text(const TraceView& view, std::uint64_t event) {
  std::string text(KeptBytes(view.trace).of(view.trace[event]));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::string_view excerpt_around(std::string_view text, const Search& search, std::size_t most) {
  std::size_t at = text.npos;
  for (const SearchWord& word : search.words) at = std::min(at, find_word(text, word.text));
  if (at == text.npos) at = 0;
  const auto starts_here = [text](std::size_t place) {
    return place == 0 || text[place - 1] == '\n' || text[place - 1] == ' ';
  };
  // From the start of its sentence or line; where that is far, from a word shortly before.
  std::size_t from = at;
  while (from > 0 && at - from < most / 2) {
    --from;
    const bool sentence = from > 1 && text[from - 1] == ' ' && text[from - 2] == '.';
    if (from == 0 || text[from - 1] == '\n' || sentence) break;
  }
  if (at - from >= most / 2) {
    from = at - most / 3;
    while (from < at && !starts_here(from)) ++from;
  }
  std::size_t length = std::min(most, text.size() - from);
  while (from + length < text.size() && (text[from + length] & 0xc0) == 0x80) --length;
  return text.substr(from, length);
}

std::string explanation_text(const Explanations& explanations, Phase phase) {
  const Explanation& told = explanations.of(phase);
  std::string text;
  for (const std::string* part :
       {&told.what, &told.why, &told.look_at, &told.cost, &told.spec, &told.in_go}) {
    if (!text.empty() && !part->empty()) text += ' ';
    text += *part;
  }
  return text;
}

}  // namespace roundtrip::viz
