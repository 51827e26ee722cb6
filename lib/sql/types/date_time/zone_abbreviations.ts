/**
 * Abbreviations of time zones that PostgreSQL reads by default, and those that it writes for zones
 * whose own `Intl` does not tell.
 *
 * @module
 */

/** Minutes east of UTC, then the names; `*` marks summer time. */
const table = `
-660 NUT|-600 CKT HST TAHT|-570 MART|-540 AKST GAMT|-480 AKDT* PST
-420 MST PDT*|-360 CST GALT MDT*|-300 ACT CDT* COT EASST* EAST EST PET
-240 AMT AST BOT EDT* GYT VET|-210 NFT NST
-180 ADT* ARST ART BRA BRT CLST* CLT FKST* FKT GFT PMST PYST* PYT UYT WGT
-150 NDT*|-120 BRST* FNT PMDT* UYST* WGST*|-60 AZOT EGT FNST*
0 AZOST* EGST* GMT UCT UT UTC WET Z ZULU|60 BST* CET MET MEZ WAT WETDST*
120 BDST* CEST* CETDST* EET IST MEST* MESZ* METDST* SAST
180 EAT EEST* EETDST* FET IDT* MSK VOLT|210 IRT
240 AMST AZST AZT GEST GET MSD* MUT RET SCT|270 AFT
300 MAWT MUST* MVT PKT TFT TJT TMT UZT YEKT|330 LKT|345 NPT
360 ALMT BDT BTT IOT KGST* KGT OMSST OMST PKST* UZST* XJT YEKST*|390 MMT
420 ALMST* CXT DAVT ICT KRAST KRAT NOVST NOVT WAST
480 AWST BNT BORT CCT HKT IRKST IRKT MYT PHT SGT ULAT WADT*|525 ACWST
540 AWSST* JAYT JST KST PWT ULAST* WDT* YAKST YAKT|570 ACST CAST
600 AEST CHUT DDUT KDT* LIGT MPT PGT TRUT VLAST VLAT YAPT
630 ACDT* ACSST* CADT* LHST SADT*
660 AEDT* AESST* KOST LHDT* MAGST MAGT PONT VUT
720 ANAST ANAT FJT GILT MHT NZST NZT PETST PETT TVT WAKT WFT|765 CHAST
780 FJST* NZDT* TKT TOT|825 CHADT*|840 LINT`;

/** An abbreviation. */
export interface Abbreviation {
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly summer: boolean;
}

/** All, by their names in lower case. */
export const abbreviations: ReadonlyMap<string, Abbreviation> = new Map(
  table.split(/[|\n]/).flatMap((line) => {
    const [minutes = "0", ...names] = line.trim().split(" ");
    return names.map((name): [string, Abbreviation] => [
      name.replace("*", "").toLowerCase(),
      { offset: Number(minutes) * 60, summer: name.endsWith("*") },
    ]);
  }),
);

/** Names that `Intl` writes as an offset only: zone, hours east, name. */
const written: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  "Asia/Tokyo": { 32400: "JST" },
  "Asia/Seoul": { 32400: "KST" },
  "Asia/Shanghai": { 28800: "CST", 32400: "CDT" },
  "Asia/Hong_Kong": { 28800: "HKT" },
  "Asia/Taipei": { 28800: "CST" },
  "Asia/Manila": { 28800: "PST" },
  "Asia/Karachi": { 18000: "PKT" },
  "Asia/Jakarta": { 25200: "WIB" },
  "Asia/Jerusalem": { 7200: "IST", 10800: "IDT" },
  "Europe/Moscow": { 10800: "MSK", 14400: "MSK" },
  "Africa/Cairo": { 7200: "EET", 10800: "EEST" },
  "Africa/Johannesburg": { 7200: "SAST" },
  "Africa/Lagos": { 3600: "WAT" },
  "Africa/Nairobi": { 10800: "EAT" },
  "Pacific/Auckland": { 43200: "NZST", 46800: "NZDT" },
  "Pacific/Guam": { 36000: "ChST" },
};

/**
 * @param zone IANA name.
 * @param offset Seconds east of UTC at that time.
 * @returns Its abbreviation then, if `Intl` has to be helped.
 */
export function knownAbbreviation(
  zone: string,
  offset: number,
): string | undefined {
  return written[zone]?.[offset];
}
