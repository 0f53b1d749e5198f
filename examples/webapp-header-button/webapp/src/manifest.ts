// Written by `cargo mmplugin` from the plugin's manifest. Do not edit.
export const id = "com.example.my-react-plugin";
export const name = "My React Plugin";
export const version = "0.1.0";
