// What the generator assumes where no figure is published with it. These numbers are orders of
// magnitude from general knowledge; they are not figures of CBS and are never shown as such.
#ifndef KLUIS_SERVER_DEMO_ASSUMPTIONS_H_
#define KLUIS_SERVER_DEMO_ASSUMPTIONS_H_

namespace kluis::demo {

// National limits of the lowest 40% and the highest 20% of standardised income, in euro.
inline constexpr double kIncome40 = 26400, kIncome80 = 42500;
inline constexpr double kParetoAlpha = 2.3, kParetoShare = 0.01;
inline constexpr double kNegativeShare = 0.004, kUnobservedShare = 0.007;
// Households in Heerlen at or below 110% of the social minimum.
inline constexpr double kMinimumShareHeerlen = 0.145;
// Persons in Heerlen who receive social assistance, per inhabitant (4,150 of 86,845).
inline constexpr double kAssistanceShareHeerlen = 0.0478;
// Households in Heerlen with registered problematic debt, 1 Oct 2020. Published by CBS.
inline constexpr double kDebtShareHeerlen = 0.13;
// Of its logit, per percentage point of persons in the lowest 40%.
inline constexpr double kDebtSlope = 0.065;
// Minimum-income households that use a municipal scheme, and other households that do.
inline constexpr double kSchemeMinimum = 0.55, kSchemeOther = 0.01;
inline constexpr double kHouseholdsPerDwelling = 0.995;
// Persons whose origin is not Dutch: Heerlen and Kerkrade, the other municipalities.
inline constexpr double kOriginHigh = 0.31, kOriginLow = 0.20;
// Residents of 15 and over who feel unsafe in their neighbourhood in Heerlen, and elsewhere.
inline constexpr double kUnsafeHeerlen = 0.30, kUnsafeElsewhere = 0.16;
// Businesses per 1,000 inhabitants, births and deaths a year.
inline constexpr double kBusinessesPerThousand = 74.5;
inline constexpr double kBirthsPerYear = 0.09, kDeathsPerYear = 0.08;
inline constexpr double kTurnoverSpread = 1.6;
// Floor area of offices: share that stands empty in Heerlen, and elsewhere.
inline constexpr double kVacancyHeerlen = 0.19, kVacancyElsewhere = 0.10;
inline constexpr double kVacancyHeerlen2018 = 0.22, kVacancyElsewhere2018 = 0.12;

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_ASSUMPTIONS_H_
