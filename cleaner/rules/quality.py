"""DQ: documents that need a person's eye. These rules flag and never edit."""
