import type { Source } from '../core/source.ts';
import { arp } from './arp.ts';
import { calixConfig } from './calix.ts';
import { dasan, dasanDetail } from './dasan.ts';
import { datacomDetail, datacomTable } from './datacom.ts';
import { dhcpTable } from './dhcp.ts';
import { fiberhome } from './fiberhome.ts';
import { freeText, rowsWithoutHeadings } from './free-text.ts';
import { huaweiAutofind, huaweiOntInfo, huaweiWanInfo } from './huawei-blocks.ts';
import { huaweiConfig } from './huawei-config.ts';
import { huaweiTables } from './huawei-tables.ts';
import { ipAddr, ipRoute } from './ip-addr.ts';
import { iscLease } from './isc-leases.ts';
import { jsonRecords } from './json.ts';
import { juniperDhcp } from './juniper-dhcp.ts';
import { mikrotik } from './mikrotik.ts';
import { nokiaOnt, nokiaTable } from './nokia.ts';
import { radius } from './radius.ts';
import { snmp } from './snmp.ts';
import { tableWithHeadings } from './tables.ts';
import { genieAcs, tr069Parameters } from './tr069.ts';
import { vsol } from './vsol.ts';
import { zteOnuDetail, zteOnuTable } from './zte.ts';

/** The sources, most specific first: the first that can read a text reads it. */
export const sources: readonly Source[] = [
  genieAcs,
  jsonRecords,
  tr069Parameters,
  huaweiWanInfo,
  huaweiAutofind,
  huaweiOntInfo,
  huaweiTables,
  huaweiConfig,
  zteOnuDetail,
  zteOnuTable,
  nokiaTable,
  nokiaOnt,
  fiberhome,
  dasan,
  dasanDetail,
  datacomTable,
  datacomDetail,
  calixConfig,
  vsol,
  radius,
  iscLease,
  ipAddr,
  ipRoute,
  juniperDhcp,
  mikrotik,
  dhcpTable,
  arp,
  snmp,
  tableWithHeadings,
  rowsWithoutHeadings,
  freeText,
];
