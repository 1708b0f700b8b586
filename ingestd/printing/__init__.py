"""The text of a mail on paper: HTML becomes PDF in a process of its own, which is confined before it
sees a stranger's octet and thrown away after one body. It fetches nothing from anywhere."""
