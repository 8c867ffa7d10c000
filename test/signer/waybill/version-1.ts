/**
 * A waybill as the first signers sealed it.
 *
 * @module
 */

/** Of version 1, sealed with `SECRET` for the bucket `uploads`. */
export const VERSION_1 =
  'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..pb1k5AUVqx98QmKt.23xN3mmV2foDF6G_zwVD8Is9Sp9oNr3Wk7mcBIJ2WNwshXNfW-Qh' +
  'od0VNFfqmh69FelFUvZvzAEWY1Ed7hn40wbf2TujtzmonOIcBc1_NQK7PpM-cRG_7J_gGxMmIQfT4ORFa9qfX8Y.WR-lZqj5jA_hjUlWOZ5M-g'
