import 'waybill/element'
