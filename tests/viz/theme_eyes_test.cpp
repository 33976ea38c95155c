// Whether the groups can be told apart by their colour, for eyes that lack a kind of cone as well.
// What such an eye makes of a colour: Machado, Oliveira and Fernandes, "A Physiologically-based
// Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (6), 2009, the published matrices
// of severity 1.0, which apply to linear light. How different two colours look: CIEDE2000 (ISO/CIE
// 11664-6; Sharma, Wu and Dalal, 2005, has the numbers that it is checked by here).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viz/theme.h"

using namespace roundtrip;
using namespace roundtrip::viz;

namespace {

struct Vec3 {
  double x, y, z;
};
using Matrix = std::array<Vec3, 3>;

Vec3 times(const Matrix& m, Vec3 v) {
  const auto row = [v](Vec3 r) { return r.x * v.x + r.y * v.y + r.z * v.z; };
  return {row(m[0]), row(m[1]), row(m[2])};
}

struct Eye {
  const char* name;
  Matrix makes;
};
constexpr std::array<Eye, 4> eyes = {{
    {"all cones", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    {"protanopia", {{{0.152286, 1.052583, -0.204868},
                     {0.114503, 0.786281, 0.099216},
                     {-0.003882, -0.048116, 1.051998}}}},
    {"deuteranopia", {{{0.367322, 0.860646, -0.227968},
                       {0.280085, 0.672501, 0.047413},
                       {-0.011820, 0.042940, 0.968881}}}},
    {"tritanopia", {{{1.255528, -0.076749, -0.178779},
                     {-0.078411, 0.930809, 0.147602},
                     {0.004733, 0.691367, 0.303900}}}},
}};

double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

// CIELAB under D65, from linear sRGB (IEC 61966-2-1).
Vec3 lab(Vec3 light) {
  constexpr Matrix to_xyz = {{{0.4124564, 0.3575761, 0.1804375},
                              {0.2126729, 0.7151522, 0.0721750},
                              {0.0193339, 0.1191920, 0.9503041}}};
  const Vec3 white = times(to_xyz, {1, 1, 1});
  const Vec3 xyz = times(to_xyz, light);
  const auto f = [](double share) {
    return share > 216.0 / 24389 ? std::cbrt(share) : (24389.0 / 27 * share + 16) / 116;
  };
  const double x = f(xyz.x / white.x), y = f(xyz.y / white.y), z = f(xyz.z / white.z);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

constexpr double pi = 3.14159265358979323846;
double cosine(double degrees) { return std::cos(degrees * pi / 180); }
double hue(double a, double b) {
  if (a == 0 && b == 0) return 0;
  const double degrees = std::atan2(b, a) * 180 / pi;
  return degrees < 0 ? degrees + 360 : degrees;
}

// CIEDE2000 with all its factors 1. About 1 is the least that is seen side by side.
double difference(Vec3 one, Vec3 two) {
  const auto seventh = [](double c) { return std::sqrt(std::pow(c, 7) /
                                                       (std::pow(c, 7) + std::pow(25.0, 7))); };
  const double chroma = (std::hypot(one.y, one.z) + std::hypot(two.y, two.z)) / 2;
  const double stretch = 1.5 - 0.5 * seventh(chroma);
  const double a1 = stretch * one.y, a2 = stretch * two.y;
  const double c1 = std::hypot(a1, one.z), c2 = std::hypot(a2, two.z);
  const double h1 = hue(a1, one.z), h2 = hue(a2, two.z);
  const bool grey = c1 * c2 == 0;
  double turn = grey ? 0 : h2 - h1;
  if (turn > 180) turn -= 360;
  if (turn < -180) turn += 360;
  double h = h1 + h2;
  if (!grey && std::abs(h1 - h2) > 180) h += h < 360 ? 360 : -360;
  if (!grey) h /= 2;
  const double c = (c1 + c2) / 2, l = (one.x + two.x) / 2;
  const double t = 1 - 0.17 * cosine(h - 30) + 0.24 * cosine(2 * h) + 0.32 * cosine(3 * h + 6) -
                   0.20 * cosine(4 * h - 63);
  const double bend = 60 * std::exp(-std::pow((h - 275) / 25, 2));
  const double dl = (two.x - one.x) /
                    (1 + 0.015 * std::pow(l - 50, 2) / std::sqrt(20 + std::pow(l - 50, 2)));
  const double dc = (c2 - c1) / (1 + 0.045 * c);
  const double dh = 2 * std::sqrt(c1 * c2) * std::sin(turn / 2 * pi / 180) / (1 + 0.015 * c * t);
  return std::sqrt(dl * dl + dc * dc + dh * dh -
                   2 * seventh(c) * std::sin(bend * pi / 180) * dc * dh);
}

Vec3 seen_by(const Eye& eye, Color color) {
  Vec3 light = times(eye.makes, {linear(color.r), linear(color.g), linear(color.b)});
  for (double* channel : {&light.x, &light.y, &light.z}) *channel = std::clamp(*channel, 0.0, 1.0);
  return lab(light);
}

}  // namespace

TEST_CASE("colour-blind: the formula is CIEDE2000 (pairs of Sharma, Wu and Dalal)") {
  struct Pair {
    Vec3 one, two;
    double is;
  };
  for (const Pair& pair : {Pair{{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
                           Pair{{50, -1.3802, -84.2814}, {50, 0, -82.7485}, 1.0000},
                           Pair{{50, 2.5, 0}, {73, 25, -18}, 27.1492},
                           Pair{{50, 2.5, 0}, {58, 24, 15}, 19.4535},
                           Pair{{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
                           Pair{{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
                           Pair{{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082}}) {
    CAPTURE(pair.is);
    CHECK(difference(pair.one, pair.two) == doctest::Approx(pair.is).epsilon(0.0005));
    CHECK(difference(pair.two, pair.one) == doctest::Approx(pair.is).epsilon(0.0005));
  }
}

// Twelve times what is just seen side by side: far enough for bars that do not touch. Every pair
// reaches it in every theme; beside it a group has its number, its lane or its place in the list,
// and how a fact is known is a texture, never a colour.
TEST_CASE("colour-blind: every two groups differ for every eye (light, dark, high contrast)") {
  constexpr double least = 12;
  for (const ThemeKind kind : all_themes) {
    const Theme theme = make_theme(kind);
    for (const Eye& eye : eyes) {
      for (std::size_t a = 0; a < trace::group_count; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
          INFO(theme_word(kind), ", ", eye.name, ": groups ",
               std::string(trace::group_name(static_cast<trace::Group>(b))), " and ",
               std::string(trace::group_name(static_cast<trace::Group>(a))));
          CHECK(difference(seen_by(eye, theme.groups[a].fill),
                           seen_by(eye, theme.groups[b].fill)) >= least);
        }
      }
    }
  }
}
