// Rows about reading: pages, changes since a point, queries that Graph does not take; and requests
// that only a mistake of ours can have made.
#include "graph/answers/class_table.h"

namespace entrad::graph {
namespace {

constexpr std::string_view kAgainHint =
    "start the backup again, and see that nothing else keeps this tenant's quota busy meanwhile";
constexpr std::string_view kFullHint =
    "nothing is lost: a backup that reads everything starts from a new point";
constexpr std::string_view kOurMistake =
    "this is a mistake in entrad: please report it with the details";

// clang-format off
constexpr ClassRow kRows[] = {
    {400, "", "", "Directory_ExpiredPageToken", "", Class::refused,
     "Graph forgot the list while it was being read", kAgainHint},
    {400, "", "", "", "directorypagetokennotfound", Class::refused,
     "Graph forgot the list while it was being read", kAgainHint},
    {0, "", "", "DirectoryPageTokenNotFoundException", "", Class::refused,
     "Graph forgot the list while it was being read", kAgainHint},
    {0, "", "", "syncStateNotFound", "", Class::refused,
     "Graph does not remember the point since which changes were asked for", kFullHint},
    {0, "", "", "resyncRequired", "", Class::refused,
     "Graph does not remember the point since which changes were asked for", kFullHint},
    {410, "", "/delta", "", "", Class::refused,
     "Graph does not remember the point since which changes were asked for", kFullHint},
    {410, "", "", "", "", Class::refused, "what was asked for is gone for good",
     "start the backup again"},
    {412, "", "", "", "", Class::refused, "the object was changed meanwhile",
     "start it again: it looks at the object anew"},
    {0, "", "", "Request_UnsupportedQuery", "", Class::refused,
     "Graph does not take this query without ConsistencyLevel", kOurMistake},
    {400, "GET", "", "", "could not find a property named", Class::refused,
     "this cloud does not know a property that was asked for",
     "it is left out by itself and remembered; if this stays, please report it with the details"},
    {501, "", "", "", "", Class::refused,
     "a property was asked for that Graph cannot give in a list",
     "such properties live in SharePoint and are in no backup; please report it with the details"},
    {405, "", "", "", "", Class::refused, "Graph does not know this call", kOurMistake},
    {415, "", "", "", "", Class::refused, "Graph did not recognise the request's body as JSON",
     kOurMistake},
    {424, "", "", "", "", Class::transient,
     "the request was not run, because one before it in the same batch failed",
     "it is sent again by itself"},
    {509, "GET", "", "", "", Class::transient, "the app registration's bandwidth is used up",
     "it is tried again by itself; if it stays, run fewer jobs at once"},
};
// clang-format on

}  // namespace

std::span<const ClassRow> query_rows() { return kRows; }

}  // namespace entrad::graph
