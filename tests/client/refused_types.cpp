// Compiled once per case, and must not compile: CMakeLists.txt says with which message.
#include <pgjinja/client/row_type.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct Base {
  int a;
};
struct inherits : Base {
  int b;
};
struct no_aggregate {
  no_aggregate() {}
  int a;
};
struct empty {};
struct c_array {
  int a;
  char text[8];
};
struct const_member {
  const int a = 0;
};
struct reference {
  int& a;
};
struct unknown_member {
  std::map<std::string, int> a;
};
struct wrong_integer {
  unsigned a;
};
struct too_many {
  int m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20,
      m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39,
      m40, m41;
};

struct bad_composite {
  struct Inner {
    unsigned a;
  };
  std::vector<Inner> a;
};
enum class Twice { A, B };
template <>
struct pgjinja::EnumLabels<Twice> {
  static constexpr std::pair<Twice, std::string_view> labels[] = {{Twice::A, "a"}, {Twice::B, "a"}};
};
struct label_twice {
  Twice a;
};
struct unlabelled_enum {
  enum class Plain { A } a;
};

const pgjinja::RowType& type = pgjinja::row_type<PGJINJA_REFUSED>();
