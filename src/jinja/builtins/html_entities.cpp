#include "jinja/builtins/html_entities.hpp"

#include "jinja/syntax/string_literal.hpp"

#include <algorithm>
#include <array>

namespace pgjinja::jinja {

namespace {

struct Entity {
  std::string_view name;
  std::string_view text;
};

// In ascending order.
// clang-format off
constexpr Entity kEntities[] = {
    {"AElig", "\303\206"}, {"AMP", "&"}, {"Aacute", "\303\201"}, {"Acirc", "\303\202"},
    {"Agrave", "\303\200"}, {"Alpha;", "\316\221"}, {"Aring", "\303\205"}, {"Atilde", "\303\203"},
    {"Auml", "\303\204"}, {"Beta;", "\316\222"}, {"COPY", "\302\251"}, {"Ccedil", "\303\207"},
    {"Chi;", "\316\247"}, {"Dagger;", "\342\200\241"}, {"Delta;", "\316\224"}, {"ETH", "\303\220"},
    {"Eacute", "\303\211"}, {"Ecirc", "\303\212"}, {"Egrave", "\303\210"}, {"Epsilon;", "\316\225"},
    {"Eta;", "\316\227"}, {"Euml", "\303\213"}, {"GT", "\076"}, {"Gamma;", "\316\223"},
    {"Iacute", "\303\215"}, {"Icirc", "\303\216"}, {"Igrave", "\303\214"}, {"Iota;", "\316\231"},
    {"Iuml", "\303\217"}, {"Kappa;", "\316\232"}, {"LT", "\074"}, {"Lambda;", "\316\233"},
    {"Mu;", "\316\234"}, {"Ntilde", "\303\221"}, {"Nu;", "\316\235"}, {"OElig;", "\305\222"},
    {"Oacute", "\303\223"}, {"Ocirc", "\303\224"}, {"Ograve", "\303\222"}, {"Omega;", "\316\251"},
    {"Omicron;", "\316\237"}, {"Oslash", "\303\230"}, {"Otilde", "\303\225"}, {"Ouml", "\303\226"},
    {"Phi;", "\316\246"}, {"Pi;", "\316\240"}, {"Prime;", "\342\200\263"}, {"Psi;", "\316\250"},
    {"QUOT", "\""}, {"REG", "\302\256"}, {"Rho;", "\316\241"}, {"Scaron;", "\305\240"},
    {"Sigma;", "\316\243"}, {"THORN", "\303\236"}, {"Tau;", "\316\244"}, {"Theta;", "\316\230"},
    {"Uacute", "\303\232"}, {"Ucirc", "\303\233"}, {"Ugrave", "\303\231"}, {"Upsilon;", "\316\245"},
    {"Uuml", "\303\234"}, {"Xi;", "\316\236"}, {"Yacute", "\303\235"}, {"Yuml;", "\305\270"},
    {"Zeta;", "\316\226"}, {"aacute", "\303\241"}, {"acirc", "\303\242"}, {"acute", "\302\264"},
    {"aelig", "\303\246"}, {"agrave", "\303\240"}, {"alefsym;", "\342\204\265"},
    {"alpha;", "\316\261"}, {"amp", "&"}, {"and;", "\342\210\247"}, {"ang;", "\342\210\240"},
    {"apos;", "\047"}, {"aring", "\303\245"}, {"asymp;", "\342\211\210"}, {"atilde", "\303\243"},
    {"auml", "\303\244"}, {"bdquo;", "\342\200\236"}, {"beta;", "\316\262"}, {"brvbar", "\302\246"},
    {"bull;", "\342\200\242"}, {"cap;", "\342\210\251"}, {"ccedil", "\303\247"},
    {"cedil", "\302\270"}, {"cent", "\302\242"}, {"chi;", "\317\207"}, {"circ;", "\313\206"},
    {"clubs;", "\342\231\243"}, {"cong;", "\342\211\205"}, {"copy", "\302\251"},
    {"crarr;", "\342\206\265"}, {"cup;", "\342\210\252"}, {"curren", "\302\244"},
    {"dArr;", "\342\207\223"}, {"dagger;", "\342\200\240"}, {"darr;", "\342\206\223"},
    {"deg", "\302\260"}, {"delta;", "\316\264"}, {"diams;", "\342\231\246"}, {"divide", "\303\267"},
    {"eacute", "\303\251"}, {"ecirc", "\303\252"}, {"egrave", "\303\250"},
    {"empty;", "\342\210\205"}, {"emsp;", "\342\200\203"}, {"ensp;", "\342\200\202"},
    {"epsilon;", "\316\265"}, {"equiv;", "\342\211\241"}, {"eta;", "\316\267"}, {"eth", "\303\260"},
    {"euml", "\303\253"}, {"euro;", "\342\202\254"}, {"exist;", "\342\210\203"},
    {"fnof;", "\306\222"}, {"forall;", "\342\210\200"}, {"frac12", "\302\275"},
    {"frac14", "\302\274"}, {"frac34", "\302\276"}, {"frasl;", "\342\201\204"},
    {"gamma;", "\316\263"}, {"ge;", "\342\211\245"}, {"gt", "\076"}, {"hArr;", "\342\207\224"},
    {"harr;", "\342\206\224"}, {"hearts;", "\342\231\245"}, {"hellip;", "\342\200\246"},
    {"iacute", "\303\255"}, {"icirc", "\303\256"}, {"iexcl", "\302\241"}, {"igrave", "\303\254"},
    {"image;", "\342\204\221"}, {"infin;", "\342\210\236"}, {"int;", "\342\210\253"},
    {"iota;", "\316\271"}, {"iquest", "\302\277"}, {"isin;", "\342\210\210"}, {"iuml", "\303\257"},
    {"kappa;", "\316\272"}, {"lArr;", "\342\207\220"}, {"lambda;", "\316\273"},
    {"lang;", "\342\237\250"}, {"laquo", "\302\253"}, {"larr;", "\342\206\220"},
    {"lceil;", "\342\214\210"}, {"ldquo;", "\342\200\234"}, {"le;", "\342\211\244"},
    {"lfloor;", "\342\214\212"}, {"lowast;", "\342\210\227"}, {"loz;", "\342\227\212"},
    {"lrm;", "\342\200\216"}, {"lsaquo;", "\342\200\271"}, {"lsquo;", "\342\200\230"},
    {"lt", "\074"}, {"macr", "\302\257"}, {"mdash;", "\342\200\224"}, {"micro", "\302\265"},
    {"middot", "\302\267"}, {"minus;", "\342\210\222"}, {"mu;", "\316\274"},
    {"nabla;", "\342\210\207"}, {"nbsp", "\302\240"}, {"ndash;", "\342\200\223"},
    {"ne;", "\342\211\240"}, {"ni;", "\342\210\213"}, {"not", "\302\254"},
    {"notin;", "\342\210\211"}, {"nsub;", "\342\212\204"}, {"ntilde", "\303\261"},
    {"nu;", "\316\275"}, {"oacute", "\303\263"}, {"ocirc", "\303\264"}, {"oelig;", "\305\223"},
    {"ograve", "\303\262"}, {"oline;", "\342\200\276"}, {"omega;", "\317\211"},
    {"omicron;", "\316\277"}, {"oplus;", "\342\212\225"}, {"or;", "\342\210\250"},
    {"ordf", "\302\252"}, {"ordm", "\302\272"}, {"oslash", "\303\270"}, {"otilde", "\303\265"},
    {"otimes;", "\342\212\227"}, {"ouml", "\303\266"}, {"para", "\302\266"},
    {"part;", "\342\210\202"}, {"permil;", "\342\200\260"}, {"perp;", "\342\212\245"},
    {"phi;", "\317\206"}, {"pi;", "\317\200"}, {"piv;", "\317\226"}, {"plusmn", "\302\261"},
    {"pound", "\302\243"}, {"prime;", "\342\200\262"}, {"prod;", "\342\210\217"},
    {"prop;", "\342\210\235"}, {"psi;", "\317\210"}, {"quot", "\""}, {"rArr;", "\342\207\222"},
    {"radic;", "\342\210\232"}, {"rang;", "\342\237\251"}, {"raquo", "\302\273"},
    {"rarr;", "\342\206\222"}, {"rceil;", "\342\214\211"}, {"rdquo;", "\342\200\235"},
    {"real;", "\342\204\234"}, {"reg", "\302\256"}, {"rfloor;", "\342\214\213"},
    {"rho;", "\317\201"}, {"rlm;", "\342\200\217"}, {"rsaquo;", "\342\200\272"},
    {"rsquo;", "\342\200\231"}, {"sbquo;", "\342\200\232"}, {"scaron;", "\305\241"},
    {"sdot;", "\342\213\205"}, {"sect", "\302\247"}, {"shy", "\302\255"}, {"sigma;", "\317\203"},
    {"sigmaf;", "\317\202"}, {"sim;", "\342\210\274"}, {"spades;", "\342\231\240"},
    {"sub;", "\342\212\202"}, {"sube;", "\342\212\206"}, {"sum;", "\342\210\221"},
    {"sup1", "\302\271"}, {"sup2", "\302\262"}, {"sup3", "\302\263"}, {"sup;", "\342\212\203"},
    {"supe;", "\342\212\207"}, {"szlig", "\303\237"}, {"tau;", "\317\204"},
    {"there4;", "\342\210\264"}, {"theta;", "\316\270"}, {"thetasym;", "\317\221"},
    {"thinsp;", "\342\200\211"}, {"thorn", "\303\276"}, {"tilde;", "\313\234"},
    {"times", "\303\227"}, {"trade;", "\342\204\242"}, {"uArr;", "\342\207\221"},
    {"uacute", "\303\272"}, {"uarr;", "\342\206\221"}, {"ucirc", "\303\273"},
    {"ugrave", "\303\271"}, {"uml", "\302\250"}, {"upsih;", "\317\222"}, {"upsilon;", "\317\205"},
    {"uuml", "\303\274"}, {"weierp;", "\342\204\230"}, {"xi;", "\316\276"}, {"yacute", "\303\275"},
    {"yen", "\302\245"}, {"yuml", "\303\277"}, {"zeta;", "\316\266"}, {"zwj;", "\342\200\215"},
    {"zwnj;", "\342\200\214"},
};
// clang-format on

/// What the numbers from 128 to 159 stand for; 0: for nothing else.
constexpr std::array<std::uint16_t, 32> kWindows = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// Control characters and those that Unicode says are none.
bool is_nothing(std::uint64_t number) {
  return (number >= 0x1 && number <= 0x8) || number == 0xB || (number >= 0xE && number <= 0x1F) ||
         number == 0x7F || (number >= 0xFDD0 && number <= 0xFDEF) || (number & 0xFFFEU) == 0xFFFEU;
}

}  // namespace

std::string_view entity_named(std::string_view name) noexcept {
  const auto find = [](std::string_view wanted) -> std::string_view {
    const auto* found =
        std::lower_bound(std::begin(kEntities), std::end(kEntities), wanted,
                         [](const Entity& e, std::string_view n) { return e.name < n; });
    return found != std::end(kEntities) && found->name == wanted ? found->text : std::string_view();
  };
  std::string_view text = find(name);
  if (text.empty() && name.ends_with(';')) text = find(name.substr(0, name.size() - 1));
  return text;
}

std::string entity_numbered(std::uint64_t number) {
  std::string out;
  if (number == 0) return "\xEF\xBF\xBD";
  if (number >= 0x80 && number < 0xA0 && kWindows[number - 0x80] != 0) {
    number = kWindows[number - 0x80];
  }
  if (is_nothing(number) && number <= 0x10FFFF) return out;
  const bool known = number <= 0x10FFFF && append_utf8(static_cast<std::uint32_t>(number), out);
  return known ? out : "\xEF\xBF\xBD";
}

}  // namespace pgjinja::jinja
