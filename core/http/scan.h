// The runs that a parser spends its time in, sixteen bytes at a time where the machine has SSE2
// (every x86-64 has), byte by byte elsewhere. Each returns the first byte that does not belong to
// the run, or end. They read nothing before begin and nothing at or past end; begin is any earlier
// place of the same buffer, and lets the last few bytes be read as part of a block of sixteen.
#pragma once

#include <bit>
#include <cstddef>

#include "core/http/characters.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace roundtrip::http {

constexpr const char* end_of_run(const CharacterTable& table, const char* at, const char* end) {
  while (at != end && is_in(table, *at)) ++at;
  return at;
}

#ifdef __SSE2__

namespace scan {

inline __m128i filled(char c) { return _mm_set1_epi8(c); }

// 0xff where a byte lies between the two, which are ASCII. Bytes are compared as signed numbers:
// the upper half of the byte values is negative, and so never between.
inline __m128i between(__m128i block, char first, char last) {
  return _mm_and_si128(_mm_cmpgt_epi8(block, filled(static_cast<char>(first - 1))),
                       _mm_cmpgt_epi8(filled(static_cast<char>(last + 1)), block));
}

inline __m128i letters(__m128i block) {
  return between(_mm_or_si128(block, filled(0x20)), 'a', 'z');
}

// Nearly every byte of a header name is a letter or a hyphen, and of a host a letter, a digit, a
// dot, a hyphen or a colon. These two leave the others to the table.
inline __m128i common_in_names(__m128i block) {
  return _mm_or_si128(letters(block), _mm_cmpeq_epi8(block, filled('-')));
}
inline __m128i common_in_hosts(__m128i block) {
  return _mm_or_si128(letters(block), _mm_andnot_si128(_mm_cmpeq_epi8(block, filled('/')),
                                                       between(block, '-', ':')));
}

inline __m128i allowed_in_targets(__m128i block) {
  return _mm_andnot_si128(_mm_cmpeq_epi8(block, filled(0x7f)),
                          _mm_cmpgt_epi8(block, filled(0x20)));
}
inline __m128i allowed_in_values(__m128i block) {
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, filled(0x1f)), block);
  const __m128i tab = _mm_cmpeq_epi8(block, filled('\t'));
  const __m128i del = _mm_cmpeq_epi8(block, filled(0x7f));
  const __m128i refused = _mm_or_si128(_mm_andnot_si128(tab, control), del);
  return _mm_cmpeq_epi8(refused, _mm_setzero_si128());
}

// How many of the sixteen bytes at the place, from the number skipped on, are allowed.
template <__m128i (*allowed)(__m128i)>
inline std::ptrdiff_t leading(const char* place, std::ptrdiff_t skipped) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(place));
  return std::countr_one(static_cast<unsigned>(_mm_movemask_epi8(allowed(block))) >> skipped);
}

// Blocks of sixteen up to the last, which reaches back over bytes that have been seen.
template <__m128i (*allowed)(__m128i)>
inline const char* end_of_allowed(const char* at, const char* end) {
  for (; end - at >= 16; at += 16) {
    const std::ptrdiff_t count = leading<allowed>(at, 0);
    if (count != 16) return at + count;
  }
  return at + leading<allowed>(end - 16, 16 - (end - at));
}

// What the sixteen bytes or so at a place begin with; what lies beyond is left to the table.
template <__m128i (*allowed)(__m128i)>
inline const char* end_of_common(const char* at, const char* end) {
  const bool whole = end - at >= 16;
  return at + leading<allowed>(whole ? at : end - 16, whole ? 0 : 16 - (end - at));
}

}  // namespace scan

inline const char* end_of_name(const char* begin, const char* at, const char* end) {
  if (end - begin >= 16) at = scan::end_of_common<scan::common_in_names>(at, end);
  return end_of_run(characters::token, at, end);
}
inline const char* end_of_host(const char* begin, const char* at, const char* end) {
  if (end - begin >= 16) at = scan::end_of_common<scan::common_in_hosts>(at, end);
  return end_of_run(characters::host, at, end);
}
inline const char* end_of_target(const char* begin, const char* at, const char* end) {
  if (end - begin < 16) return end_of_run(characters::target, at, end);
  return scan::end_of_allowed<scan::allowed_in_targets>(at, end);
}
inline const char* end_of_value(const char* begin, const char* at, const char* end) {
  if (end - begin < 16) return end_of_run(characters::value, at, end);
  return scan::end_of_allowed<scan::allowed_in_values>(at, end);
}

#else

inline const char* end_of_name(const char*, const char* at, const char* end) {
  return end_of_run(characters::token, at, end);
}
inline const char* end_of_host(const char*, const char* at, const char* end) {
  return end_of_run(characters::host, at, end);
}
inline const char* end_of_target(const char*, const char* at, const char* end) {
  return end_of_run(characters::target, at, end);
}
inline const char* end_of_value(const char*, const char* at, const char* end) {
  return end_of_run(characters::value, at, end);
}

#endif

}  // namespace roundtrip::http
