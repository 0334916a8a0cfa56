#include "graph/clouds.h"

#include <array>

namespace entrad::graph {
namespace {

constexpr std::array<Cloud, 4> kClouds{{
    {"global", "https://login.microsoftonline.com", "https://graph.microsoft.com"},
    {"usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us"},
    {"usgov-dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"},
    {"china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"},
}};

}  // namespace

std::span<const Cloud> clouds() { return kClouds; }

}  // namespace entrad::graph
