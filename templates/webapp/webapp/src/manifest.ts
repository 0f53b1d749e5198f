// Written by `cargo mmplugin` from the plugin's manifest. Do not edit.
export const id = "com.example.hello-template";
export const name = "Hello Template";
export const version = "0.1.0";
