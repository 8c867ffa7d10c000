/** The form field and header with which S3 stores the waybill in the object's user metadata. */
export const WAYBILL_FIELD = 'x-amz-meta-waybill'
