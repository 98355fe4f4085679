#include "text_time.hpp"

#include <charconv>
#include <chrono>

namespace {

using namespace std::chrono;

constexpr sys_days kEpoch = year(2000) / January / 1;

int number_at(std::string_view text, std::size_t at, std::size_t length) {
  int number = 0;
  std::from_chars(text.data() + at, text.data() + at + length, number);
  return number;
}

/// The digits behind the point; the server leaves out zeros at their end.
microseconds fraction_of(std::string_view text) {
  if (text.size() < 20 || text[19] != '.') return {};
  std::string digits(text.substr(20, text.find('+') - 20));
  digits.resize(6, '0');
  return microseconds(number_at(digits, 0, 6));
}

/// Digits from right to left: what printf takes for a whole timestamp would be half of the peer's
/// time.
void put_number(std::string& text, std::size_t at, std::size_t length, std::int64_t number) {
  for (; length > 0; number /= 10) text[at + --length] = static_cast<char>('0' + number % 10);
}

}  // namespace

std::int64_t time_of_text(std::string_view text) {
  const sys_days day = year(number_at(text, 0, 4)) / number_at(text, 5, 2) / number_at(text, 8, 2);
  const auto clock = hours(number_at(text, 11, 2)) + minutes(number_at(text, 14, 2)) +
                     seconds(number_at(text, 17, 2));
  return microseconds(day - kEpoch + clock + fraction_of(text)).count();
}

std::string text_of_time(std::int64_t at) {
  const auto time = kEpoch + microseconds(at);
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::string text = "0000-00-00 00:00:00.000000+00";
  put_number(text, 0, 4, static_cast<int>(date.year()));
  put_number(text, 5, 2, static_cast<unsigned>(date.month()));
  put_number(text, 8, 2, static_cast<unsigned>(date.day()));
  put_number(text, 11, 2, clock.hours().count());
  put_number(text, 14, 2, clock.minutes().count());
  put_number(text, 17, 2, clock.seconds().count());
  put_number(text, 20, 6, clock.subseconds().count());
  return text;
}
