module example.com/mmplugin/schemadump

go 1.24
