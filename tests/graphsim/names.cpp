#include "names.h"

#include <array>

namespace graphsim {
namespace {

constexpr Name kLatinFirst[] = {{"Jana", "jana"},     {"Zoë", "zoe"},        {"José", "jose"},
                                {"Anaïs", "anais"},   {"Søren", "soren"},    {"Łucja", "lucja"},
                                {"Jürgen", "jurgen"}, {"Maria", "maria"},    {"Ğülşen", "gulsen"},
                                {"Owen", "owen"},     {"Þórdís", "thordis"}, {"Nguyễn", "nguyen"}};
constexpr Name kLatinLast[] = {
    {"Novák", "novak"},           {"O'Brannon", "o'brannon"}, {"Müller-Lüdden", "muller-ludden"},
    {"Núñez", "nunez"},           {"Ångström", "angstrom"},   {"Dvořáček", "dvoracek"},
    {"d'Albrecht", "d'albrecht"}, {"Smithers", "smithers"},   {"Çelikel", "celikel"},
    {"Weißkopf", "weisskopf"},    {"Østrand", "ostrand"},     {"Kowalczak", "kowalczak"}};
constexpr Name kCyrillicFirst[] = {
    {"Анна", "anna"}, {"Дмитрий", "dmitriy"}, {"Олена", "olena"}, {"Ђорђе", "dorde"}};
constexpr Name kCyrillicLast[] = {{"Соловей", "solovey"},
                                  {"Ёлкина", "yolkina"},
                                  {"Шевчук", "shevchuk"},
                                  {"Петровић", "petrovic"}};
constexpr Name kGreekFirst[] = {{"Ελένη", "eleni"}, {"Γιώργος", "giorgos"}, {"Σοφία", "sofia"}};
constexpr Name kGreekLast[] = {
    {"Αλεξάκης", "alexakis"}, {"Μαυρίδης", "mavridis"}, {"Ψαράς", "psaras"}};
constexpr Name kArabicFirst[] = {{"ليلى", "layla"}, {"عمر", "omar"}, {"نور", "nour"}};
constexpr Name kArabicLast[] = {
    {"الحداد", "alhaddad"}, {"البحري", "albahri"}, {"منصوري", "mansouri"}};
constexpr Name kHebrewFirst[] = {{"נועה", "noa"}, {"איתן", "eitan"}, {"תמר", "tamar"}};
constexpr Name kHebrewLast[] = {{"אלמוג", "almog"}, {"ברקן", "barkan"}, {"שחר", "shahar"}};
constexpr Name kChineseFirst[] = {{"小雨", "xiaoyu"}, {"建国", "jianguo"}, {"思涵", "sihan"}};
constexpr Name kChineseLast[] = {{"欧阳", "ouyang"}, {"林", "lin"}, {"司徒", "situ"}};
constexpr Name kJapaneseFirst[] = {{"さくら", "sakura"}, {"健太", "kenta"}, {"ハナ", "hana"}};
constexpr Name kJapaneseLast[] = {
    {"山吹", "yamabuki"}, {"小鳥遊", "takanashi"}, {"四月一日", "watanuki"}};
constexpr Name kKoreanFirst[] = {{"서연", "seoyeon"}, {"민준", "minjun"}, {"하늘", "haneul"}};
constexpr Name kKoreanLast[] = {{"독고", "dokgo"}, {"남궁", "namgung"}, {"제갈", "jegal"}};
constexpr Name kIndicFirst[] = {{"अनन्या", "ananya"}, {"विवेक", "vivek"}, {"ऋषि", "rishi"}};
constexpr Name kIndicLast[] = {{"चौधरी", "chaudhari"}, {"वर्मन", "varman"}, {"ज्ञानी", "gyani"}};
constexpr Name kThaiFirst[] = {{"สมชาย", "somchai"}, {"มะลิ", "mali"}, {"ณัฐ", "nat"}};
constexpr Name kThaiLast[] = {{"แสงทอง", "saengthong"}, {"วงศ์ดี", "wongdi"}, {"ศรีสุข", "srisuk"}};
constexpr Name kEmojiFirst[] = {{"Robin 🌻", "robin"}, {"Kit 🚲", "kit"}};
constexpr Name kEmojiLast[] = {{"Marlow 👩‍🔬", "marlow"}, {"Ash", "ash"}};

constexpr std::array<Script, 11> kScripts{{{kLatinFirst, kLatinLast, "en-US", false},
                                           {kCyrillicFirst, kCyrillicLast, "uk-UA", false},
                                           {kGreekFirst, kGreekLast, "el-GR", false},
                                           {kArabicFirst, kArabicLast, "ar-EG", false},
                                           {kHebrewFirst, kHebrewLast, "he-IL", false},
                                           {kChineseFirst, kChineseLast, "zh-CN", true},
                                           {kJapaneseFirst, kJapaneseLast, "ja-JP", true},
                                           {kKoreanFirst, kKoreanLast, "ko-KR", true},
                                           {kIndicFirst, kIndicLast, "hi-IN", false},
                                           {kThaiFirst, kThaiLast, "th-TH", false},
                                           {kEmojiFirst, kEmojiLast, "en-GB", false}}};

constexpr std::array<Place, 8> kPlaces{{
    {"Praha", "Středočeský kraj", "Czechia", "CZ", "110 00", "Vymyšlená 17/3", "420"},
    {"Kraków", "Małopolskie", "Poland", "PL", "30-001", "ul. Zmyślona 8", "48"},
    {"Montréal", "Québec", "Canada", "CA", "H2X 1Y4", "1200, rue de l'Exemple", "1"},
    {"São Paulo", "SP", "Brazil", "BR", "01310-100", "Avenida Imaginária, 900, 12º andar", "55"},
    {"東京都", "千代田区", "Japan", "JP", "100-0001", "架空町一丁目２番３号", "81"},
    {"Αθήνα", "Αττική", "Greece", "GR", "105 57", "Οδός Παραδείγματος 42", "30"},
    {"Spokane", "WA", "United States", "US", "99201", "400 Sample Street\r\nSuite 210", "1"},
    {"مدينة نصر", "القاهرة", "Egypt", "EG", "11765", "١٢ شارع المثال", "20"},
}};

constexpr std::string_view kDepartments[] = {
    "Sales", "Engineering", "Finance", "Human Resources", "Výzkum a vývoj", "Operations",
    "Legal", "Marketing",   "Support", "企画部",          "Facilities",     "Security"};
constexpr std::string_view kTitles[] = {"Engineer",         "Senior Engineer",
                                        "Analyst",          "Account Manager",
                                        "Director",         "Clerk",
                                        "Vedoucí oddělení", "Team \"Alpha\" Lead",
                                        "Consultant",       "Assistant & Receptionist"};

}  // namespace

std::span<const Script> scripts() { return kScripts; }

std::size_t pick_script(std::uint64_t bits) {
  const std::uint64_t roll = bits % 100;
  if (roll < 62) return 0;
  if (roll == 99) return 10;
  return 1 + (roll - 62) % 9;
}

std::span<const Place> places() { return kPlaces; }
std::span<const std::string_view> departments() { return kDepartments; }
std::span<const std::string_view> job_titles() { return kTitles; }

}  // namespace graphsim
