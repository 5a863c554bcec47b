/**
 * Makers of CPE: their names in texts, and the vendor ids in front of PON serial numbers (ITU-T
 * G.984.3).
 */

const makers: readonly (readonly [name: string, vendorIds?: string, otherNames?: string])[] = [
  ['Huawei', 'HWTC'],
  ['ZTE', 'ZTEG'],
  ['Nokia', 'ALCL', 'Alcatel-Lucent|Alcatel|Nokia Shanghai Bell'],
  ['FiberHome', 'FHTT', 'Fiber Home|Fiberhome Telecommunication'],
  ['Calix', 'CXNK'],
  ['Dasan', 'DSNW DZSI', 'DZS'],
  ['Datacom', 'DACM'],
  ['Zyxel', 'ZYXE ZYWN'],
  ['TP-Link', 'TPLG'],
  ['Ubiquiti', 'UBNT'],
  ['Sagemcom', 'SMBS'],
  ['Technicolor', 'TMBB TCHN'],
  ['Sercomm', 'SCOM'],
  ['Iskratel', 'ISKT'],
  ['Genexis', 'GNXS'],
  ['D-Link', 'DLNK', 'Dlink'],
  ['Hisense', 'HBMT'],
  ['V-SOL', 'GPON', 'VSOL|V-Solution'],
  ['BDCOM', 'BDCM'],
  ['Arcadyan', 'ARCA'],
  ['AVM'],
  ['Adtran', 'ADTN'],
  ['Cisco'],
  ['MikroTik'],
  ['Fortinet'],
  ['Icotera'],
  ['Juniper'],
];

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Devices without a vendor id of their own use `GPON`, which names no maker. */
const byVendorId = new Map(
  makers.flatMap(([name, ids = '']) =>
    ids
      .split(' ')
      .flatMap((id): [string, string][] => (id === '' || id === 'GPON' ? [] : [[id, name]])),
  ),
);

const spellings = makers
  .flatMap(([name, , others = '']) =>
    [name, ...others.split('|')]
      .filter((each) => each !== '')
      .map((spelling) => ({ name, spelling })),
  )
  .map(({ name, spelling }) => ({
    name,
    pattern: new RegExp(`^${escaped(spelling)}\\b[ _-]*`, 'i'),
  }));

/** The maker of a vendor id; undefined where it is unknown. */
const makerOfVendorId = (id: string): string | undefined => byVendorId.get(id.toUpperCase());

/** A PON serial number that lacks digits, or has a letter for one: no maker prints it so. */
export const isTornSerial = (text: string): boolean =>
  /^[a-z]{4}-?[0-9a-z]{1,15}$/i.test(text) && makerOfVendorId(text.slice(0, 4)) !== undefined;

/** The maker that a text names: `Huawei Technologies Co., Ltd`, `HWTC`; undefined where unknown. */
export const makerOf = (text: string): string | undefined =>
  makerOfVendorId(text) ?? spellings.find(({ pattern }) => pattern.test(text))?.name;

/** Splits a model with its maker in front, `Calix GigaPoint 801Gv2`, into maker and model. */
export const splitMaker = (text: string): { maker: string; model: string } | undefined => {
  for (const { name, pattern } of spellings) {
    const model = text.replace(pattern, '');
    // `ZTE-F660` is the model's own name, an alias in the catalogue.
    if (model !== text && model !== '' && /\s/.test(text.slice(0, text.length - model.length)))
      return { maker: name, model };
  }
  return undefined;
};
