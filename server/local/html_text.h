// Text of the page and of the table beside it: its style, numbers as people read them, CSV.
#ifndef KLUIS_SERVER_LOCAL_HTML_TEXT_H_
#define KLUIS_SERVER_LOCAL_HTML_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

inline constexpr char kStyle[] = R"(
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem}
p.note{color:#555;max-width:60rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.8rem;margin:1.2rem 0}
dl div{border:1px solid #d5d5d5;border-radius:.4rem;padding:.5rem .7rem}
dt{color:#555;font-size:.85rem}dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
.scroll{overflow:auto;max-height:46rem;border:1px solid #d5d5d5}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.18rem .5rem;border-bottom:1px solid #eee;text-align:right;white-space:nowrap}
caption{text-align:left;padding:.3rem .5rem;color:#555}
.scroll:focus{outline:2px solid #2458a6}
th{background:#f4f4f4;position:sticky;top:0}th.row{text-align:left;position:sticky;left:0}
td.P{background:#f6c9c4;font-weight:600}td.S{background:#fbe6b8;font-weight:600}
td.H{background:#dfd6ee;font-weight:600}td.X{background:#8f1515;color:#fff;font-weight:700}
td.E{color:#666}
ul.key{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:1.2rem}
ul.key b{display:inline-block;min-width:1.5em;text-align:center;border-radius:.2rem;margin-right:.3em}
@media print{.scroll{max-height:none;overflow:visible}}
)";

// For HTML, within and without quotes.
std::string Escape(absl::string_view text);

// 12,345.67: thousands apart, at most four decimals.
std::string Shown(double value);

// 0.125 -> "12.5 %".
std::string Percent(double share);

using CsvRows = std::vector<std::vector<std::string>>;

// RFC 4180. INVALID_ARGUMENT: it ends inside quotes, or a row is not as long as the header.
absl::StatusOr<CsvRows> ReadCsv(absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_HTML_TEXT_H_
