#include "core/http/http_date.h"

#include <algorithm>

#include "core/base/check.h"

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
  constexpr std::int64_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t month = 0;
  while (true) {
    const std::int64_t length = month_days[month] + (month == 1 && is_leap(year) ? 1 : 0);
    if (days < length) return {year, month, days + 1};
    days -= length;
    ++month;
  }
}

void write_digits(char* out, std::int64_t number, std::size_t count) {
  for (std::size_t i = count; i-- > 0; number /= 10) out[i] = static_cast<char>('0' + number % 10);
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

std::string_view HttpDateCache::at(std::int64_t unix_seconds) {
  if (!filled_ || unix_seconds != second_) {
    format_http_date(unix_seconds, text_);
    second_ = unix_seconds;
    filled_ = true;
  }
  return {text_.data(), text_.size()};
}

}  // namespace roundtrip::http
