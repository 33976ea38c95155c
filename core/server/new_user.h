// What POST /api/users expects in its body: {"name": "…", "email": "…"}, as JSON in UTF-8. Read
// strictly: the first byte that breaks a rule ends it, and is named. Members that are not known are
// passed over. RFC 8259; RFC 3629 (UTF-8).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace roundtrip::server {

inline constexpr std::size_t new_user_bytes = 64 * 1024;  // of the body; beyond: 413
inline constexpr std::size_t user_name_bytes = 200;
inline constexpr std::size_t user_email_bytes = 254;  // RFC 5321, section 4.5.3.1.3

struct NewUser {
  std::string name;
  std::string email;
};

// Either a user, or what is wrong and with which byte of the text, from 0.
struct NewUserRead {
  std::optional<NewUser> user;
  std::string problem;
  std::size_t at = 0;
};

NewUserRead read_new_user(std::string_view text);

}  // namespace roundtrip::server
