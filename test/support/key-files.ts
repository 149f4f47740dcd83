/** Files of 6.12 in which every rule about kinds of page has something to say: what the faces show of them is compared. */
export const KEY_FILES = [
  'arch/powerpc/kvm/book3s_64_mmu_hv.c',
  'arch/powerpc/platforms/pseries/papr_scm.c',
  'drivers/dax/device.c',
  'drivers/pci/p2pdma.c',
  'drivers/vfio/vfio_iommu_type1.c',
  'mm/gup.c',
  'mm/memremap.c',
  'virt/kvm/kvm_main.c',
];
