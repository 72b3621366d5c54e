#include "tests/attacks/optimum.h"

#include <glpk.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/check.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr double kTolerance = 1e-6;
constexpr double kStepsMax = 16;

CellSet Bit(size_t cell) { return CellSet{1} << cell; }
bool Holds(CellSet set, size_t cell) { return (set >> cell) & 1; }
bool IsWithin(CellSet part, CellSet whole) { return (part & ~whole) == 0; }

// Where a cell may lie for an attacker, minus its true value.
struct Room {
  double low = 0;
  double high = 0;
};

// Disclosure control's own reading of who knows what: whoever is not listed may hold as much as
// `unlisted`, and a coalition that is all there is knows the cell.
absl::int128 KnownLeast(const System& system, const std::vector<int64_t>& coalition, size_t cell,
                        bool* exact) {
  const Contributors& contributors = system.contributors[cell];
  absl::int128 own = 0;
  int64_t members = 0;
  for (const Part& part : contributors.largest) {
    if (std::count(coalition.begin(), coalition.end(), part.contributor) == 0) continue;
    ++members;
    own += part.own;
  }
  *exact = members > 0 && members == contributors.count;
  return std::min(own + contributors.unlisted * (system.coalition - members),
                  system.cells[cell].value);
}

Room RoomOf(const System& system, const Scenario& scenario, const std::vector<int64_t>& coalition,
            size_t cell) {
  const absl::int128 value = system.cells[cell].value;
  Bounds bounds = scenario.bounds[cell];
  if (!coalition.empty() && cell < system.contributors.size()) {
    bool exact = false;
    bounds.low = std::max(bounds.low, KnownLeast(system, coalition, cell, &exact));
    if (exact) return {};
  }
  return {.low = bounds.low <= -kUnbounded ? -std::numeric_limits<double>::infinity()
                                           : ToDouble(bounds.low - value),
          .high = bounds.high >= kUnbounded ? std::numeric_limits<double>::infinity()
                                            : ToDouble(bounds.high - value)};
}

int KindOf(const Room& room) {
  const bool low = std::isfinite(room.low), high = std::isfinite(room.high);
  if (!low && !high) return GLP_FR;
  if (!high) return GLP_LO;
  if (!low) return GLP_UP;
  return room.low == room.high ? GLP_FX : GLP_DB;
}

// Every coalition of at most `size` contributors without `owner`, the smaller first.
std::vector<std::vector<int64_t>> Coalitions(const std::set<int64_t>& contributors, int64_t owner,
                                             int size) {
  std::vector<std::vector<int64_t>> all = {{}};
  for (size_t first = 0; size > 0; --size) {
    const size_t last = all.size();
    for (; first < last; ++first) {
      const std::vector<int64_t> smaller = all[first];
      for (const int64_t contributor : contributors) {
        if (contributor == owner || (!smaller.empty() && contributor <= smaller.back())) continue;
        all.push_back(smaller);
        all.back().push_back(contributor);
      }
    }
  }
  return all;
}

}  // namespace

// The deviations from the true table, as one program of which bounds alone change.
struct Optimiser::Program {
  explicit Program(const System& of) : system(of), problem(glp_create_prob()) {
    glp_term_out(GLP_OFF);
    const int columns = static_cast<int>(system.cells.size());
    glp_set_obj_dir(problem, GLP_MAX);
    glp_add_cols(problem, columns);
    if (!system.rows.empty()) glp_add_rows(problem, static_cast<int>(system.rows.size()));
    for (int c = 1; c <= columns && system.integral; ++c) glp_set_col_kind(problem, c, GLP_IV);
    for (size_t r = 0; r < system.rows.size(); ++r) {
      std::vector<int> indices = {0};
      std::vector<double> values = {0};
      absl::int128 truth = 0;
      for (const auto& [cell, coefficient] : system.rows[r].terms) {
        indices.push_back(cell + 1);
        values.push_back(coefficient);
        truth += system.cells[cell].value * coefficient;
      }
      const LinearRow& row = system.rows[r];
      const Room room{.low = ToDouble(row.low - truth),
                      .high = row.high >= kUnbounded ? std::numeric_limits<double>::infinity()
                                                     : ToDouble(row.high - truth)};
      const int index = static_cast<int>(r) + 1;
      glp_set_row_bnds(problem, index, KindOf(room), room.low, room.high);
      glp_set_mat_row(problem, index, static_cast<int>(indices.size()) - 1, indices.data(),
                      values.data());
    }
  }
  ~Program() { glp_delete_prob(problem); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The target may go as far as it must, or, `beyond`, as far as it must at least: whole numbers
  // may step over the aim. False when it cannot.
  bool SetRooms(const Aim& aim, CellSet suppressed, bool beyond) {
    const Scenario& scenario = system.scenarios[aim.scenario];
    const size_t target = scenario.requirements[aim.requirement].cell;
    for (size_t i = 0; i < system.cells.size(); ++i) {
      Room room;
      if (Holds(suppressed, i) && !system.cells[i].fixed && !scenario.known[i]) {
        room = RoomOf(system, scenario, aim.coalition, i);
      }
      if (i == target) {
        const bool at_most = (aim.sign > 0) != beyond;
        const double limit = aim.sign * aim.amount;
        if (at_most) room.high = std::min(room.high, limit);
        if (!at_most) room.low = std::max(room.low, limit);
      }
      // What whole numbers can do in so small a table they do in small steps, and branches end.
      if (beyond) room.low = std::max(room.low, -kStepsMax * aim.amount);
      if (beyond) room.high = std::min(room.high, kStepsMax * aim.amount);
      if (room.low > room.high) return false;
      glp_set_col_bnds(problem, static_cast<int>(i) + 1, KindOf(room), room.low, room.high);
      glp_set_obj_coef(problem, static_cast<int>(i) + 1, i == target && !beyond ? aim.sign : 0);
    }
    return true;
  }

  // The cells in which a table that reaches the aim differs.
  std::optional<CellSet> Solve(const Aim& aim, CellSet suppressed) {
    if (!SetRooms(aim, suppressed, false)) return std::nullopt;
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF;
    glp_adv_basis(problem, 0);
    KLUIS_CHECK(glp_simplex(problem, &simplex) == 0);
    KLUIS_CHECK(glp_get_status(problem) == GLP_OPT);
    const double slack = kTolerance * (system.integral ? 1 : std::max(1.0, aim.amount));
    if (glp_get_obj_val(problem) < aim.amount - slack) return std::nullopt;
    CellSet cells = 0;
    bool whole = true;
    for (size_t i = 0; i < system.cells.size(); ++i) {
      const double moved = glp_get_col_prim(problem, static_cast<int>(i) + 1);
      if (std::abs(moved) > kTolerance) cells |= Bit(i);
      whole &= std::abs(moved - std::round(moved)) < kTolerance;
    }
    return !system.integral || whole ? std::optional<CellSet>(cells) : SolveWhole(aim, suppressed);
  }

  std::optional<CellSet> SolveWhole(const Aim& aim, CellSet suppressed) {
    if (!SetRooms(aim, suppressed, true)) return std::nullopt;
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF;
    KLUIS_CHECK(glp_simplex(problem, &simplex) == 0);
    if (glp_get_status(problem) != GLP_OPT) return std::nullopt;
    glp_iocp branching;
    glp_init_iocp(&branching);
    branching.msg_lev = GLP_MSG_OFF;
    KLUIS_CHECK(glp_intopt(problem, &branching) == 0);
    const int status = glp_mip_status(problem);
    if (status != GLP_OPT && status != GLP_FEAS) return std::nullopt;
    CellSet cells = 0;
    for (size_t i = 0; i < system.cells.size(); ++i) {
      if (std::abs(glp_mip_col_val(problem, static_cast<int>(i) + 1)) > 0.5) cells |= Bit(i);
    }
    return cells;
  }

  const System& system;
  glp_prob* problem;
};

Optimiser::Optimiser(const System& system)
    : system_(system), program_(std::make_unique<Program>(system)) {
  KLUIS_CHECK(system.cells.size() <= 64);
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if (system.cells[i].open) {
      open_ |= Bit(i);
    } else if (!system.cells[i].fixed) {
      movable_ |= Bit(i);
      by_cost_.push_back(static_cast<int>(i));
    }
  }
  std::stable_sort(by_cost_.begin(), by_cost_.end(),
                   [&](int a, int b) { return system_.cells[a].cost < system_.cells[b].cost; });
  AddAims();
}

Optimiser::~Optimiser() = default;

void Optimiser::AddAims() {
  std::set<int64_t> all;
  for (const Contributors& contributors : system_.contributors) {
    for (const Part& part : contributors.largest) all.insert(part.contributor);
  }
  for (size_t s = 0; s < system_.scenarios.size(); ++s) {
    const auto& requirements = system_.scenarios[s].requirements;
    for (size_t r = 0; r < requirements.size(); ++r) {
      KLUIS_CHECK(!requirements[r].relaxable);
      const size_t cell = requirements[r].cell;
      int size = 0;
      int64_t owner = -1;
      if (cell < system_.contributors.size() && system_.contributors[cell].count > 0) {
        size = system_.coalition;
        const auto& largest = system_.contributors[cell].largest;
        if (!largest.empty()) owner = largest[0].contributor;
      }
      const absl::int128 value = system_.cells[cell].value;
      const double up = ToDouble(requirements[r].high - value);
      const double down = ToDouble(value - requirements[r].low);
      for (const auto& coalition : Coalitions(all, owner, size)) {
        Aim aim{.scenario = static_cast<int>(s),
                .requirement = static_cast<int>(r),
                .sign = 1,
                .amount = up,
                .coalition = coalition};
        if (up > 0) aims_.push_back(aim);
        aim.sign = -1;
        aim.amount = down;
        if (down > 0) aims_.push_back(aim);
      }
    }
  }
  known_.resize(aims_.size());
}

bool Optimiser::Reaches(size_t aim, CellSet suppressed) {
  Known& known = known_[aim];
  for (const CellSet cells : known.enough) {
    if (IsWithin(cells, suppressed)) return true;
  }
  for (const CellSet cells : known.lacking) {
    if (IsWithin(suppressed, cells)) return false;
  }
  const std::optional<CellSet> cells = program_->Solve(aims_[aim], suppressed);
  if (cells) known.enough.push_back(*cells);
  return cells.has_value();
}

const Aim* Optimiser::Breach(CellSet suppressed) {
  for (size_t a = 0; a < aims_.size(); ++a) {
    if (!Reaches(a, suppressed)) return &aims_[a];
  }
  return nullptr;
}

double Optimiser::CostOf(CellSet suppressed) const {
  double cost = 0;
  for (size_t i = 0; i < system_.cells.size(); ++i) {
    if (Holds(suppressed & ~open_, i)) cost += system_.cells[i].cost;
  }
  return cost;
}

// Cheap cells are added first, so that what is left to choose from is dear.
CellSet Optimiser::LargestLacking(size_t aim, CellSet suppressed) {
  for (const int cell : by_cost_) {
    const CellSet more = suppressed | Bit(cell);
    if (more != suppressed && !Reaches(aim, more)) suppressed = more;
  }
  known_[aim].lacking.push_back(suppressed);
  return suppressed;
}

namespace {

// Branches on the cells of a set that nothing chosen is in.
class Chooser {
 public:
  Chooser(const std::vector<CellSet>& sets, const std::vector<int>& by_cost, const System& system)
      : sets_(sets), by_cost_(by_cost), system_(system) {}

  CellSet Run() {
    Visit(0, 0, 0);
    return best_;
  }

 private:
  // Sets that share no cell must each be paid for.
  double LeastToPay(CellSet chosen, CellSet refused) const {
    CellSet seen = 0;
    double cost = 0;
    for (const CellSet set : sets_) {
      if ((set & chosen) != 0 || (set & ~refused & seen) != 0) continue;
      seen |= set & ~refused;
      for (const int cell : by_cost_) {
        if (!Holds(set & ~refused, cell)) continue;
        cost += system_.cells[cell].cost;
        break;
      }
    }
    return cost;
  }

  void Visit(CellSet chosen, CellSet refused, double cost) {
    if (cost + LeastToPay(chosen, refused) >= best_cost_ - 1e-9) return;
    CellSet smallest = 0;
    for (const CellSet set : sets_) {
      if ((set & chosen) != 0) continue;
      const CellSet left = set & ~refused;
      if (left == 0) return;
      if (smallest == 0 || __builtin_popcountll(left) < __builtin_popcountll(smallest)) {
        smallest = left;
      }
    }
    if (smallest == 0) {
      best_ = chosen;
      best_cost_ = cost;
      return;
    }
    for (const int cell : by_cost_) {
      if (!Holds(smallest, cell)) continue;
      Visit(chosen | Bit(cell), refused, cost + system_.cells[cell].cost);
      refused |= Bit(cell);
    }
  }

  const std::vector<CellSet>& sets_;
  const std::vector<int>& by_cost_;
  const System& system_;
  CellSet best_ = 0;
  double best_cost_ = std::numeric_limits<double>::infinity();
};

}  // namespace

CellSet Optimiser::CheapestChoice(const std::vector<CellSet>& sets) const {
  return Chooser(sets, by_cost_, system_).Run();
}

std::optional<CellSet> Optimiser::Cheapest() {
  if (Breach(open_ | movable_) != nullptr) return std::nullopt;
  std::vector<CellSet> sets;
  while (true) {
    const CellSet pattern = open_ | CheapestChoice(sets);
    bool safe = true;
    for (size_t a = 0; a < aims_.size(); ++a) {
      if (Reaches(a, pattern)) continue;
      safe = false;
      const CellSet choice = movable_ & ~LargestLacking(a, pattern);
      if (std::count(sets.begin(), sets.end(), choice) == 0) sets.push_back(choice);
    }
    if (safe) return pattern;
  }
}

CellSet SetOf(const std::vector<bool>& cells) {
  CellSet set = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i]) set |= Bit(i);
  }
  return set;
}

std::string Describe(const System& system, const Aim& aim) {
  const Requirement& requirement = system.scenarios[aim.scenario].requirements[aim.requirement];
  return absl::StrCat(
      "cell ", requirement.cell, aim.sign > 0 ? " up by " : " down by ", aim.amount, " towards ",
      aim.coalition.empty() ? "an outsider"
                            : absl::StrCat("contributors ", absl::StrJoin(aim.coalition, ", ")));
}

}  // namespace kluis
