/**
 * Where S3 stores the waybill: in the object's user metadata.
 *
 * @module
 */

/** Name of the waybill's form field and header. */
export const WAYBILL_FIELD = 'x-amz-meta-waybill'
