// Written by `cargo mmplugin` from the plugin's manifest. Do not edit.
export const id = "com.example.zone-clock";
export const name = "Zone Clock";
export const version = "0.1.0";
