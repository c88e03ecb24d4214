<?php sleep((int) ($_GET["seconds"] ?? 0)); echo "done";
