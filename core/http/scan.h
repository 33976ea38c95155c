// The two long runs that a parser spends its time in, sixteen bytes at a time where the machine has
// SSE2 (every x86-64 has), byte by byte elsewhere and for the last few. Each returns the first byte
// that does not belong to the run, or end. They read nothing at or past end.
#pragma once

#include <bit>

#include "core/http/characters.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace roundtrip::http {

constexpr const char* end_of_run(const CharacterTable& table, const char* at, const char* end) {
  while (at != end && is_in(table, *at)) ++at;
  return at;
}

// A request target: visible ASCII, 0x21 to 0x7E.
inline const char* end_of_target(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i space = _mm_set1_epi8(0x20);
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Compared as signed numbers, the upper half of the byte values is below the space as well.
    const __m128i allowed = _mm_andnot_si128(_mm_cmpeq_epi8(block, del),
                                             _mm_cmpgt_epi8(block, space));
    const unsigned refused = static_cast<unsigned>(_mm_movemask_epi8(allowed)) ^ 0xffffu;
    if (refused != 0) return at + std::countr_zero(refused);
  }
#endif
  return end_of_run(characters::target, at, end);
}

// A field value: everything but control bytes other than tab.
inline const char* end_of_value(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
    const __m128i refused_bytes = _mm_or_si128(
        _mm_andnot_si128(_mm_cmpeq_epi8(block, tab), control), _mm_cmpeq_epi8(block, del));
    const unsigned refused = static_cast<unsigned>(_mm_movemask_epi8(refused_bytes));
    if (refused != 0) return at + std::countr_zero(refused);
  }
#endif
  return end_of_run(characters::value, at, end);
}

}  // namespace roundtrip::http
