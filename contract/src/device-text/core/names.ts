/**
 * The names that devices, OLTs, exports, labels and people give the fields, in the languages of the
 * field.
 */
import type { ReadField } from './reading.ts';

/** A field, and the weight of the name: a PON serial number outweighs a serial number. */
export type Named = {
  field: ReadField | 'address' | 'down' | 'up' | PortLevel;
  weight: number;
};

/** A level of a port that has a line or a column of its own. */
export type PortLevel = 'frame' | 'slot' | 'pon' | 'onu';

/** `never`: the value of something that is not the CPE. */
export type Meaning = Named | 'never';

const names: readonly (readonly [Named['field'], weight: number, names: string])[] = [
  ['manufacturer', 2, 'manufacturer vendor vendorname make brand hersteller marke fabricant'],
  ['manufacturer', 2, 'fabricante produttore producent pengeluar devicevendor oem proizvoditel'],
  ['manufacturer', 2, 'производитель 厂商 厂家'],
  ['manufacturer', 1, 'vendorid manufacturerid'],
  ['model', 3, 'model modelname modelid productclass equipmentid equipid devicemodel'],
  ['model', 3, 'modell modele modelo modello onutype onttype devicetype equipment hwmodel'],
  ['model', 3, 'produk модель 型号 設備型號'],
  ['model', 2, 'modelno modelnumber modelnr product productname typename producttype'],
  ['model', 2, 'onutypename equipmenttype'],
  ['serialNumber', 4, 'fsan ponsn gponsn ponserial gponserialnumber ponserialnumber ontsn onusn'],
  ['serialNumber', 4, 'ontserial ontserialnumber onuserialnumber serialnumberpon sernum onuserial'],
  ['serialNumber', 4, 'gponserial phyid physicalid'],
  ['serialNumber', 3, 'serialnumber serial sn serialno serialnr seriennummer seriennr'],
  ['serialNumber', 3, 'numerodeserie numeroserie nserie serie nombursiri nosiri serienummer'],
  ['serialNumber', 3, 'numerseryjny numerodiserie snumber nomorseri nomerseri serino'],
  ['serialNumber', 3, 'серийныйномер 序列号 序號'],
  ['macAddress', 4, 'wanmac wanmacaddress ponmac ontmac onumac cpemac callingstationid callerid'],
  ['macAddress', 3, 'macaddress mac macaddr macid ethernetmac hwaddr hwaddress hardwareaddress'],
  ['macAddress', 3, 'hardwareethernet macadresse adressemac direccionmac indirizzomac alamatmac'],
  ['macAddress', 3, 'adresmac enderecomac physaddress physicaladdress macадрес mac地址'],
  ['address', 4, 'wanip wanipaddress wanipv4 externalipaddress publicip internetip wanaddress'],
  ['address', 4, 'wanipv6 framedipaddress framedipv6address currentipaddress'],
  ['address', 3, 'ipaddress ip ipv4 ipv6 ipv4address ipv6address ipadresse adresseip cpeip'],
  ['address', 3, 'direccionip indirizzoip alamatip adresip enderecoip primaryip primaryip4'],
  ['address', 3, 'primaryip6 inetaddr inet inet6 ipaddr ipадрес ip地址'],
  ['address', 2, 'address addr wan'],
  ['ipv6Prefix', 4, 'delegatedprefix delegatedipv6prefix ipv6prefix iapd prefixdelegation'],
  ['ipv6Prefix', 4, 'pdprefix pd ipv6pd'],
  ['down', 3, 'down downstream download downkbps downstreamrate downrate bandwidthdown downspeed'],
  ['down', 3, 'downloadspeed bandwidthdownkbps bandwidthdownkbits downloadrate muatturun descarga'],
  ['down', 3, 'telechargement dl'],
  ['up', 3, 'up upstream upload upkbps upstreamrate uprate bandwidthup upspeed uploadspeed'],
  ['up', 3, 'uploadrate bandwidthupkbps bandwidthupkbits muatnaik subida envoi ul'],
  ['bandwidth', 3, 'bandwidth plan speed rate speedprofile lineprofile package bandbreite'],
  ['bandwidth', 3, 'dlul uldl downup updown downloadupload uploaddownload downstreamupstream'],
  ['bandwidth', 3, 'upstreamdownstream paket pakej paquete forfait velocidad kelajuan'],
  ['port', 4, 'onuinterface ontinterface onuindex onuif fspontid aid onuposition'],
  [
    'port',
    3,
    'oltport oltinterface port ponport location interface portlocation objectname friendlyname',
  ],
  ['frame', 3, 'frame frameid shelf shelfid'],
  ['slot', 3, 'slot slotid board boardid card'],
  ['pon', 3, 'pon ponid portid'],
  ['onu', 3, 'onu ont onuid ontid onunumber onuno'],
];

/** Names of things that are not the CPE: never its address, MAC or serial number. */
const NEVER = new RegExp(
  [
    '^not(?:th|m[ey])|^wrong|nextdoor|^(?:telno|hotline|fax)',
    '^(?:tel|phone|telephone|mobile|call|order|case|ticket|account)(?:no|nr|number|id)?$',
    '^(?:customer|invoice|contract|subscription)(?:no|nr|number|id)?$',
    'gateway|^gw|dns|^nas|relay|giaddr|calledstation|circuitid|remote(?:id|ip|address)|netmask',
    'subnet|broadcast|^brd$|neighbou?r|peer|server|loopback|^lan|bridge|acsurl|nexthop',
    'management|^mgmt|^oob|voip|^mta|tr069|router(?:ip|address|s$)|^olt|^bng|^bras|^wlan|^wifi',
    'wireless|ssid|equipmentsn|^vendor(?:sn|pn|rev)|^ontip\\d|^framed(?:route|ipnetmask)',
    '^framedipv6prefix|password|passwd|pwd|checkcode|loid|username|email|^login',
    '^(?:customer|client|user)?(?:laptop|notebook|desktop|computer|komputer|printer|drucker|impresora)',
    '^(?:customer|client|user)?(?:cctv|ipcam|camera|nvr|dvr|smarttv|tvbox|stb|settopbox|decoder|mesh)',
    '^(?:customer|client|user)?(?:extender|repeater|accesspoint|tablet|handphone|smartphone)',
    '^(?:phone|handset|tv|switch|ups|(?:alarm)?panel)(?:mac|ip|sn|serial)|^(?:24|[56])ghz',
    '^default(?:ip|address|mac|sn|serial|login)',
    'puertadeenlace|pasarela|passerelle|getlaluan|gerbang|bramk?a$|шлюз|网关|閘道',
  ].join('|'),
);

/** Words before a name that say whose value it is: the CPE's. */
const OF_THE_CPE =
  /^(?:cpe|ont|onu|modem|device|customer|client|subscriber|user|new|current|assigned|wan|internet|pppoe)(?=.{2})/;

/** Letters and digits of a name in lower case, without diacritics. */
export const plainName = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const meanings = new Map<string, Named>(
  names.flatMap(([field, weight, list]) =>
    list.split(' ').map((name): [string, Named] => [plainName(name), { field, weight }]),
  ),
);

/** The unit behind the name of a rate: `Downstream rate (kbps)`. */
const UNIT = /(?<=rate|down|up|load|stream|speed|width)[km]b(?:it)?p?s?$/;

/** No name is longer, in letters and digits. */
const LONGEST_NAME = 60;

/** The meaning of a name; undefined where it names nothing of a CPE. */
export const meaningOf = (name: string): Meaning | undefined => {
  const plain = plainName(name.slice(0, 3 * LONGEST_NAME)).replace(UNIT, '');
  if (plain === '' || plain.length > LONGEST_NAME) return undefined;
  return (
    meanings.get(plain) ??
    (NEVER.test(plain) ? 'never' : meanings.get(plain.replace(OF_THE_CPE, '')))
  );
};
