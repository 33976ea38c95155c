#include "core/http/http_date.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/http/characters.h"

namespace roundtrip::http {

namespace {

constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::int64_t days_in_400_years = 146'097;
constexpr std::int64_t first_second = -62'167'219'200;  // of the year 0
constexpr std::int64_t last_second = 253'402'300'799;   // of the year 9999

struct CalendarDay {
  std::int64_t year;
  std::int64_t month;  // 0 is January
  std::int64_t day;    // from 1
};

constexpr bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  constexpr std::int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month] + (month == 1 && is_leap(year) ? 1 : 0);
}

// Since the first day of the year 0, which is leap.
constexpr std::int64_t days_before(const CalendarDay& date) {
  const std::int64_t leap_days =
      (date.year + 3) / 4 - (date.year + 99) / 100 + (date.year + 399) / 400;
  std::int64_t days = date.year * 365 + leap_days + date.day - 1;
  for (std::int64_t month = 0; month < date.month; ++month) {
    days += days_in_month(date.year, month);
  }
  return days;
}

// Leap days are counted off by the largest cycle first: 400 years, 100, 4, 1. The last year of a
// cycle of 100 or of 1 may be a day longer, which the minimum takes care of.
constexpr CalendarDay calendar_day(std::int64_t days_since_year_0) {
  std::int64_t days = days_since_year_0 - 366;  // the year 0 is leap: count from the year 1
  std::int64_t year = 1;
  if (days < 0) {
    days += 366;
    year = 0;
  } else {
    year += days / days_in_400_years * 400;
    days %= days_in_400_years;
    const std::int64_t centuries = std::min<std::int64_t>(days / 36'524, 3);
    days -= centuries * 36'524;
    const std::int64_t fours = days / 1'461;
    days -= fours * 1'461;
    const std::int64_t ones = std::min<std::int64_t>(days / 365, 3);
    days -= ones * 365;
    year += centuries * 100 + fours * 4 + ones;
  }
  std::int64_t month = 0;
  while (true) {
    const std::int64_t length = days_in_month(year, month);
    if (days < length) return {year, month, days + 1};
    days -= length;
    ++month;
  }
}

void write_digits(char* out, std::int64_t number, std::size_t count) {
  for (std::size_t i = count; i-- > 0; number /= 10) out[i] = static_cast<char>('0' + number % 10);
}

// Takes a date apart from the left; once something is not as expected, it stays failed.
struct DateReader {
  std::string_view text;
  bool failed = false;

  void expect(std::string_view literal) {
    failed = failed || !text.starts_with(literal);
    if (!failed) text.remove_prefix(literal.size());
  }
  std::int64_t number(std::size_t digits) {
    failed = failed || text.size() < digits;
    std::int64_t value = 0;
    for (std::size_t i = 0; !failed && i < digits; ++i) {
      failed = !is_digit(text[i]);
      value = value * 10 + (text[i] - '0');
    }
    if (!failed) text.remove_prefix(digits);
    return value;
  }
  // The place of the next three letters in a row of names with three letters each.
  std::int64_t name(std::string_view names) {
    for (std::size_t i = 0; i < names.size(); i += 3) {
      if (!text.starts_with(names.substr(i, 3))) continue;
      text.remove_prefix(3);
      return static_cast<std::int64_t>(i / 3);
    }
    failed = true;
    return 0;
  }
  // Seconds since midnight. A leap second is the first one of the next minute.
  std::int64_t time() {
    const std::int64_t hour = number(2);
    expect(":");
    const std::int64_t minute = number(2);
    expect(":");
    const std::int64_t second = number(2);
    failed = failed || hour > 23 || minute > 59 || second > 60;
    return (hour * 60 + minute) * 60 + second;
  }
};

std::optional<std::int64_t> unix_seconds(const CalendarDay& date, std::int64_t time,
                                         const DateReader& reader) {
  if (reader.failed || !reader.text.empty()) return std::nullopt;
  if (date.day < 1 || date.day > days_in_month(date.year, date.month)) return std::nullopt;
  return first_second + days_before(date) * seconds_a_day + time;
}

}  // namespace

void format_http_date(std::int64_t unix_seconds, std::span<char, http_date_bytes> out) {
  CHECK_THAT(unix_seconds >= first_second && unix_seconds <= last_second,
             "a date outside the years that four digits hold");
  const std::int64_t since_year_0 = unix_seconds - first_second;
  const std::int64_t days = since_year_0 / seconds_a_day;
  const std::int64_t second = since_year_0 % seconds_a_day;
  const CalendarDay day = calendar_day(days);
  const auto weekday = static_cast<std::size_t>((days + 6) % 7);  // the year 0 began on a Saturday

  constexpr std::string_view shape = "Www, dd Mmm yyyy hh:mm:ss GMT";
  static_assert(shape.size() == http_date_bytes);
  std::copy(shape.begin(), shape.end(), out.begin());
  weekdays.copy(out.data(), 3, weekday * 3);
  months.copy(out.data() + 8, 3, static_cast<std::size_t>(day.month) * 3);
  write_digits(out.data() + 5, day.day, 2);
  write_digits(out.data() + 12, day.year, 4);
  write_digits(out.data() + 17, second / 3'600, 2);
  write_digits(out.data() + 20, second / 60 % 60, 2);
  write_digits(out.data() + 23, second % 60, 2);
}

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now) {
  DateReader reader{text};
  CalendarDay date{};
  const std::int64_t weekday = reader.name(weekdays);
  if (reader.text.starts_with(", ")) {  // Sun, 06 Nov 1994 08:49:37 GMT
    reader.expect(", ");
    date.day = reader.number(2);
    reader.expect(" ");
    date.month = reader.name(months);
    reader.expect(" ");
    date.year = reader.number(4);
    reader.expect(" ");
    const std::int64_t time = reader.time();
    reader.expect(" GMT");
    return unix_seconds(date, time, reader);
  }
  if (reader.text.starts_with(" ")) {  // Sun Nov  6 08:49:37 1994
    reader.expect(" ");
    date.month = reader.name(months);
    reader.expect(" ");
    const bool one_digit = reader.text.starts_with(" ");
    if (one_digit) reader.expect(" ");
    date.day = reader.number(one_digit ? 1 : 2);
    reader.expect(" ");
    const std::int64_t time = reader.time();
    reader.expect(" ");
    date.year = reader.number(4);
    return unix_seconds(date, time, reader);
  }
  // Sunday, 06-Nov-94 08:49:37 GMT
  constexpr std::string_view rests[] = {"", "", "s", "nes", "rs", "", "ur"};
  if (reader.failed) return std::nullopt;
  reader.expect(rests[weekday]);
  reader.expect("day, ");
  date.day = reader.number(2);
  reader.expect("-");
  date.month = reader.name(months);
  reader.expect("-");
  date.year = reader.number(2);
  reader.expect(" ");
  const std::int64_t time = reader.time();
  reader.expect(" GMT");
  const std::int64_t this_year = calendar_day((now - first_second) / seconds_a_day).year;
  date.year += this_year / 100 * 100;
  if (date.year > this_year + 50) date.year -= 100;
  if (date.year <= this_year - 50) date.year += 100;
  return unix_seconds(date, time, reader);
}

std::string_view HttpDateCache::at(std::int64_t unix_seconds) {
  if (!filled_ || unix_seconds != second_) {
    format_http_date(unix_seconds, text_);
    second_ = unix_seconds;
    filled_ = true;
  }
  return {text_.data(), text_.size()};
}

}  // namespace roundtrip::http
