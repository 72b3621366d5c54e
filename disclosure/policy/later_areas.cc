#include "disclosure/policy/later_areas.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/map_reader.h"

namespace kluis {
namespace {

constexpr char kColumns[] = "code,successor,date,label_nl,label_en";

// Which areas of the list have a part in each area of the day that is reached. Areas that the list
// does not have follow those of the list.
class Succession {
 public:
  Succession(const CodeList& list, int level) {
    for (size_t i = 0; i < list.codes.size(); ++i) {
      if (list.codes[i].level != level) continue;
      areas_[list.codes[i].code] = {static_cast<int>(origins_.size())};
      origins_.push_back(
          {.code = list.codes[i].code, .place = static_cast<int>(i), .change = nullptr});
    }
  }

  // All changes of one day, at once: an area that gives and gets does not hand on what it gets.
  void Apply(const std::vector<const AreaChange*>& day) {
    std::map<std::string, std::set<int>> next;
    std::set<std::string> gone;
    for (const AreaChange* change : day) {
      if (areas_.count(change->code) == 0) {
        areas_[change->code] = {static_cast<int>(origins_.size())};
        origins_.push_back({.code = change->code, .place = -1, .change = change});
      }
      const std::set<int>& members = areas_.at(change->code);
      next[change->successor].insert(members.begin(), members.end());
      for (const int origin : members) origins_[static_cast<size_t>(origin)].change = change;
      gone.insert(change->code);
    }
    for (const auto& [code, members] : areas_) {
      if (gone.count(code) == 0) next[code].insert(members.begin(), members.end());
    }
    areas_ = std::move(next);
  }

  struct Origin {
    std::string code;
    int place = -1;                      // in the list; -1: the list does not have it
    const AreaChange* change = nullptr;  // the last one that it took part in
  };
  // Areas that share a part of an origin belong together, and so do origins that share an area.
  struct Union {
    std::vector<std::string> areas;  // in order of code
    std::vector<const Origin*> origins;
  };
  std::vector<Union> Unions() const {
    std::vector<int> root(origins_.size());
    std::iota(root.begin(), root.end(), 0);
    const auto find = [&](int i) {
      while (root[static_cast<size_t>(i)] != i) i = root[static_cast<size_t>(i)];
      return i;
    };
    for (const auto& [code, members] : areas_) {
      for (const int member : members)
        root[static_cast<size_t>(find(member))] = find(*members.begin());
    }
    std::map<int, Union> unions;
    for (const auto& [code, members] : areas_) unions[find(*members.begin())].areas.push_back(code);
    for (size_t i = 0; i < origins_.size(); ++i)
      unions[find(static_cast<int>(i))].origins.push_back(&origins_[i]);
    std::vector<Union> all;
    for (auto& [key, one] : unions) all.push_back(std::move(one));
    return all;
  }

 private:
  std::vector<Origin> origins_;
  std::map<std::string, std::set<int>> areas_;  // area -> origins with a part in it
};

class Builder {
 public:
  Builder(const CodeList& list, int level, const std::vector<AreaChange>& changes,
          const LaterAreas& wanted, DiagnosticSink* sink)
      : list_(list), level_(level), changes_(changes), wanted_(wanted), sink_(sink) {}

  CodeList Build(const Succession& succession) {
    area_of_.assign(list_.codes.size(), -1);
    for (const Succession::Union& one : succession.Unions()) AddArea(one);
    CodeList result;
    result.levels = list_.levels + 1;
    std::vector<int> moved(list_.codes.size(), -1);
    for (size_t i = 0; i < list_.codes.size(); ++i) {
      Code code = list_.codes[i];
      code.parent = code.parent < 0 ? -1 : moved[static_cast<size_t>(code.parent)];
      if (area_of_[i] >= 0) {
        code.parent = Place(area_of_[i], code.parent, &result);
        code.level = level_ + 1;
      } else if (code.level == level_) {  // it stands on both levels
        code.last_level = level_ + 1;
      } else if (code.level > level_) {
        ++code.level;
      }
      moved[i] = Append(std::move(code), &result);
    }
    return result;
  }

 private:
  static int Append(Code code, CodeList* result) {
    const int place = static_cast<int>(result->codes.size());
    result->index.emplace(code.code, place);
    result->codes.push_back(std::move(code));
    return place;
  }

  // The place of a new area, which stands before the first of its members.
  int Place(int area, int parent, CodeList* result) {
    int& place = placed_[static_cast<size_t>(area)];
    if (place >= 0) return place;
    Code code = areas_[static_cast<size_t>(area)];
    code.parent = parent;
    return place = Append(std::move(code), result);
  }

  void AddArea(const Succession::Union& one) {
    std::vector<const Succession::Origin*> own, missing;
    for (const Succession::Origin* origin : one.origins)
      (origin->place >= 0 ? own : missing).push_back(origin);
    if (own.empty()) return;  // of elsewhere altogether
    if (own.size() == 1 && one.areas.size() == 1 && own[0]->code == one.areas[0] && missing.empty())
      return;  // as it was
    if (!missing.empty()) return Incomplete(one, *missing[0]);
    for (const Succession::Origin* origin : own) {
      const int parent = list_.codes[static_cast<size_t>(origin->place)].parent;
      if (parent != list_.codes[static_cast<size_t>(own[0]->place)].parent)
        return AcrossParents(one, *origin);
    }
    for (const Succession::Origin* origin : own)
      area_of_[static_cast<size_t>(origin->place)] = static_cast<int>(areas_.size());
    areas_.push_back(AreaCode(one));
    placed_.push_back(-1);
  }

  // The change to blame for `origin`: its own, or any of the union.
  static const AreaChange* ChangeOf(const Succession::Union& one,
                                    const Succession::Origin& origin) {
    const AreaChange* change = origin.change;
    for (size_t i = 0; change == nullptr && i < one.origins.size(); ++i)
      change = one.origins[i]->change;
    return change;
  }

  void Incomplete(const Succession::Union& one, const Succession::Origin& missing) {
    const AreaChange* change = ChangeOf(one, missing);
    sink_->Add(change->line, change->column,
               absl::StrCat(absl::StrJoin(one.areas, "+"), " of ", wanted_.as, " also comes from ",
                            missing.code, ", which the code list does not have"),
               "a sum over the others would be of a part of the area; add the code to the list");
  }

  void AcrossParents(const Succession::Union& one, const Succession::Origin& other) {
    const AreaChange* change = ChangeOf(one, other);
    sink_->Add(change->line, change->column,
               absl::StrCat(absl::StrJoin(one.areas, "+"), " of ", wanted_.as,
                            " lies in several codes of the levels above ", wanted_.level),
               "use a code list without those levels, or areas of an earlier day");
  }

  Code AreaCode(const Succession::Union& one) const {
    Code code{absl::StrJoin(one.areas, "+"), -1, level_, "", ""};
    while (list_.Find(code.code) >= 0) absl::StrAppend(&code.code, "@", wanted_.on.substr(0, 4));
    std::vector<std::string> dutch, english;
    for (const std::string& area : one.areas) {
      std::string nl = area, en = area;
      if (const int place = list_.Find(area); place >= 0) {
        nl = list_.codes[static_cast<size_t>(place)].label_nl;
        en = list_.codes[static_cast<size_t>(place)].label_en;
      }
      for (const AreaChange& change : changes_) {
        if (change.successor != area || change.date > wanted_.on || change.label_nl.empty())
          continue;
        nl = change.label_nl;
        en = change.label_en;
      }
      dutch.push_back(nl);
      english.push_back(en.empty() ? nl : en);
    }
    code.label_nl = absl::StrJoin(dutch, " + ");
    code.label_en = absl::StrJoin(english, " + ");
    return code;
  }

  const CodeList& list_;
  const int level_;
  const std::vector<AreaChange>& changes_;
  const LaterAreas& wanted_;
  DiagnosticSink* sink_;
  std::vector<Code> areas_;   // new ones
  std::vector<int> placed_;   // per new area: its place in the result, or -1
  std::vector<int> area_of_;  // per code of the list: the new area, or -1
};

}  // namespace

std::vector<AreaChange> ReadAreaChanges(DiagnosticSink* sink) {
  std::vector<AreaChange> changes;
  if (sink->Line(1) != kColumns) {
    sink->Add(1, 1, "the first line must name the columns", absl::StrCat("write ", kColumns));
    return changes;
  }
  for (const CsvRow& row : ReadCsvRows(3, 5, kColumns, sink)) {
    const std::vector<CsvField>& f = row.fields;
    for (const int i : {0, 1}) {
      if (f[static_cast<size_t>(i)].text.empty())
        sink->Add(row.line, f[static_cast<size_t>(i)].column, "the code is empty");
    }
    if (!IsDate(f[2].text)) {
      sink->Add(row.line, f[2].column, absl::StrCat("'", f[2].text, "' is no date"),
                "write it as YYYY-MM-DD, a day that exists");
      continue;
    }
    changes.push_back(
        {row.line, f[0].column, f[0].text, f[1].text, f[2].text, f[3].text, f[4].text});
  }
  return changes;
}

CodeList WithLaterAreas(const CodeList& list, int level, const std::vector<AreaChange>& changes,
                        const std::string& since, const LaterAreas& wanted, DiagnosticSink* sink) {
  std::map<std::string, std::vector<const AreaChange*>> days;
  for (const AreaChange& change : changes) {
    if (change.date > since && change.date <= wanted.on) days[change.date].push_back(&change);
  }
  Succession succession(list, level);
  for (const auto& [date, day] : days) succession.Apply(day);
  return Builder(list, level, changes, wanted, sink).Build(succession);
}

}  // namespace kluis
